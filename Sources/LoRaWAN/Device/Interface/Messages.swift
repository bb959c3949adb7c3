public import Timekeeping

/// What an application sends.
public struct Uplink: Hashable, Sendable {
    /// FPort 1 to 223; nil for a frame without payload, which carries what the MAC has to say.
    public var port: UInt8?
    /// FRMPayload, not encrypted; ``Device/maximumPayload`` bytes at most.
    public var payload: [UInt8]
    /// Ask the network for an ACK. Each costs a downlink, of which The Things Network allows ten a day.
    public var confirmed: Bool

    /// An uplink of the application.
    public init(port: UInt8?, payload: [UInt8], confirmed: Bool = false) {
        self.port = port
        self.payload = payload
        self.confirmed = confirmed
    }
}

/// Why an uplink is not taken; nothing has changed.
public enum UplinkRefusal: Error, Hashable, Sendable {
    /// There is no session yet.
    case notJoined
    /// The one before is still under way.
    case busy
    /// More bytes than the data rate carries beside the MAC's answers.
    case payloadTooLong(bytes: Int, limit: Int)
    /// FPort is 1 to 223, and none only without payload.
    case wrongPort(UInt8?)
    /// The session has used its 2^32 counters: join again.
    case counterExhausted
    /// The frame is longer than the law or the daily air-time allows at any time.
    case neverAllowed(airTime: TimeSpan)
}

extension UplinkRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notJoined: "the device has not joined"
        case .busy: "the uplink before is still under way"
        case .payloadTooLong(let bytes, let limit):
            "the payload has \(bytes) bytes, \(limit) fit at the present data rate"
        case .wrongPort(let port):
            "FPort \(port.map { String($0) } ?? "none") cannot carry application data, 1 to 223 can"
        case .counterExhausted: "the session's frame counters are used up, a new join is needed"
        case .neverAllowed(let airTime):
            "\(airTime) of air-time are more than the law or the network's purse ever allow"
        }
    }
}

/// What came of an uplink.
public enum UplinkResult: Hashable, Sendable {
    /// The network has it: it answered a confirmed uplink.
    case acknowledged
    /// It went out as often as NbTrans says, or until the network spoke.
    case sent
    /// A confirmed uplink went out, and no ACK came.
    case notAcknowledged
    /// It may not have gone out at all; what the radio said last.
    case failed(String)
}

/// Application data from the network.
public struct Downlink: Hashable, Sendable {
    /// FPort 1 to 255.
    public let port: UInt8
    /// FRMPayload, decrypted.
    public let payload: [UInt8]
    /// The network wants an acknowledgement; the next uplink has it.
    public let confirmed: Bool
    /// FCntDown.
    public let counter: FrameCounter
    /// When its last symbol ended.
    public let at: MonotonicInstant
    /// dBm.
    public let rssi: Int
    /// Quarters of a decibel.
    public let snrQuarters: Int
}
