public import Timekeeping

/// A frame as a gateway hands it to the server.
public struct HeardUplink: Hashable, Sendable {
    public var payload: [UInt8]
    /// Carrier in hertz.
    public var frequency: Int
    /// 0 for FSK.
    public var spreadingFactor: Int
    /// In hertz.
    public var bandwidth: Int
    /// dBm.
    public var rssi: Int
    /// Quarters of a decibel.
    public var snrQuarters: Int
    /// When its last symbol ended.
    public var at: MonotonicInstant

    public init(
        payload: [UInt8], frequency: Int, spreadingFactor: Int, bandwidth: Int, rssi: Int, snrQuarters: Int,
        at: MonotonicInstant
    ) {
        self.payload = payload
        self.frequency = frequency
        self.spreadingFactor = spreadingFactor
        self.bandwidth = bandwidth
        self.rssi = rssi
        self.snrQuarters = snrQuarters
        self.at = at
    }
}

/// What the server wants a gateway to send.
public struct ServerDownlink: Hashable, Sendable {
    public var payload: [UInt8]
    /// After the end of the uplink; zero for one of class C, which goes out at once.
    public var delay: TimeSpan
    /// Carrier in hertz.
    public var frequency: Int
    /// 0 for FSK.
    public var spreadingFactor: Int
    /// In hertz.
    public var bandwidth: Int
    /// dBm.
    public var power: Int
}

/// A new uplink that passed every check.
public struct DeliveredUplink: Hashable, Sendable {
    public let devEUI: UInt64
    public let devAddr: UInt32
    /// All 32 bits.
    public let counter: UInt32
    public let isConfirmed: Bool
    public let hasADR: Bool
    public let requestsADRAcknowledgement: Bool
    /// It acknowledges the last confirmed downlink.
    public let acknowledges: Bool
    /// MAC commands from FOpts, or from the payload of port 0.
    public let commands: [UInt8]
    /// nil without a payload.
    public let port: UInt8?
    /// Decrypted.
    public let payload: [UInt8]
    /// The index in the region.
    public let dataRate: Int
    public let heard: HeardUplink
    public var at: MonotonicInstant { heard.at }
}

public struct JoinRecord: Hashable, Sendable {
    public let devEUI: UInt64
    public let devNonce: UInt16
    public let devAddr: UInt32
    public let at: MonotonicInstant
}

/// A frame the server did not take, and why.
public struct RejectedFrame: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case malformed
        case unknownDevice
        case wrongCode
        case nonceUsedBefore(UInt16)
        /// The same counter as the uplink before it: one of several transmissions of one frame. Acknowledged again.
        case repetition(counter: UInt32)
        /// An older counter than the last: a replay, or a device that lost its counter.
        case oldCounter(UInt32)
        /// OpenSSL could not be set up.
        case cipherFailed
    }

    public let reason: Reason
    public let payload: [UInt8]
    public let at: MonotonicInstant
}

/// What an application wants a device to have.
public struct QueuedDownlink: Hashable, Sendable {
    /// 1 to 223.
    public var port: UInt8
    public var payload: [UInt8]
    public var isConfirmed: Bool

    public init(port: UInt8, payload: [UInt8], isConfirmed: Bool = false) {
        self.port = port
        self.payload = payload
        self.isConfirmed = isConfirmed
    }
}
