package import Timekeeping

/// A frame as a gateway hands it to the server.
package struct HeardUplink: Hashable, Sendable {
    package var payload: [UInt8]
    /// Carrier in hertz.
    package var frequency: Int
    /// 0 for FSK.
    package var spreadingFactor: Int
    /// In hertz.
    package var bandwidth: Int
    /// dBm.
    package var rssi: Int
    /// Quarters of a decibel.
    package var snrQuarters: Int
    /// When its last symbol ended.
    package var at: MonotonicInstant

    package init(
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
package struct ServerDownlink: Hashable, Sendable {
    package var payload: [UInt8]
    /// After the end of the uplink; zero for one of class C, which goes out at once.
    package var delay: TimeSpan
    /// Carrier in hertz.
    package var frequency: Int
    /// 0 for FSK.
    package var spreadingFactor: Int
    /// In hertz.
    package var bandwidth: Int
    /// dBm.
    package var power: Int
    /// When the server made it.
    package let at: MonotonicInstant
    /// Why it was sent.
    package let contents: DownlinkContents
}

/// Why a network server sends a frame: one may have several reasons.
package struct DownlinkContents: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let joinAccept = Self(rawValue: 1)
    /// Of a confirmed uplink.
    package static let acknowledgement = Self(rawValue: 2)
    /// An application's payload.
    package static let payload = Self(rawValue: 4)
    /// The device has asked: ADRACKReq, LinkCheckReq or DeviceTimeReq.
    package static let answer = Self(rawValue: 8)
    /// MAC commands that the server sends of itself, as LinkADRReq.
    package static let order = Self(rawValue: 16)
}

/// A new uplink that passed every check.
package struct DeliveredUplink: Hashable, Sendable {
    package let devEUI: UInt64
    package let devAddr: UInt32
    /// All 32 bits.
    package let counter: UInt32
    package let isConfirmed: Bool
    package let hasADR: Bool
    package let requestsADRAcknowledgement: Bool
    /// It acknowledges the last confirmed downlink.
    package let acknowledges: Bool
    /// MAC commands from FOpts, or from the payload of port 0.
    package let commands: [UInt8]
    /// nil without a payload.
    package let port: UInt8?
    /// Decrypted.
    package let payload: [UInt8]
    /// The index in the region.
    package let dataRate: Int
    package let heard: HeardUplink
    package var at: MonotonicInstant { heard.at }
}

package struct JoinRecord: Hashable, Sendable {
    package let devEUI: UInt64
    package let devNonce: UInt16
    package let devAddr: UInt32
    package let at: MonotonicInstant
}

/// A frame the server did not take, and why.
package struct RejectedFrame: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
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

    package let reason: Reason
    package let payload: [UInt8]
    package let at: MonotonicInstant
}

/// What an application wants a device to have.
package struct QueuedDownlink: Hashable, Sendable {
    /// 1 to 223.
    package var port: UInt8
    package var payload: [UInt8]
    package var isConfirmed: Bool

    package init(port: UInt8, payload: [UInt8], isConfirmed: Bool = false) {
        self.port = port
        self.payload = payload
        self.isConfirmed = isConfirmed
    }
}
