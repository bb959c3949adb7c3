public import LoRaWAN
public import Timekeeping

/// What an RN2483 reports.
public enum RN2483Event: Hashable, Sendable {
    /// The module answers; its model and firmware.
    case started(RN2483Firmware)
    /// The module does not do what it should. It is started again at that time.
    case failed(RadioError, retryAt: MonotonicInstant)
    /// The module was reset by something other than this driver: a brown-out, a watchdog.
    case resetByItself
    /// The line to the module is gone (an adapter was unplugged): nothing happens until ``RN2483/attach(_:at:)``.
    case lineLost(RadioError)
    /// The module's saved session goes on.
    case resumed(DevAddr)
    case joined(DevAddr)
    case joinFailed(nextAttempt: MonotonicInstant)
    /// No answer to a join-request beside the session, which goes on.
    case renewalFailed
    /// The network was heard, whether it said something to the application or not.
    case heard
    /// Granted and stored; the command goes to the module next.
    case transmitting(ModuleTransmission)
    case waiting(until: MonotonicInstant, reason: WaitReason)
    case uplinkDone(UplinkResult)
    case downlink(ModuleDownlink)
}

/// Application data from the network, as far as the module tells of it: no signal strength, no counter.
public struct ModuleDownlink: Hashable, Sendable {
    /// FPort 1 to 223.
    public let port: UInt8
    public let payload: [UInt8]
    public let at: MonotonicInstant
}

/// A transmission that the module is about to be ordered to make. The module hops by itself, so any of the sub-bands may
/// be the one.
public struct ModuleTransmission: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case joinRequest
        /// FCntUp.
        case uplink(FrameCounter)

        public var isJoin: Bool { self == .joinRequest }
    }

    public let kind: Kind
    public let dataRate: DataRate
    /// How often it goes out at most: the module repeats by itself.
    public let times: Int64
    /// On-time of all of them.
    public let airTime: TimeSpan
    /// Indices in ``Region/subBands``: every one in which the module has a channel.
    public let subBands: [Int]

    /// - Parameter once: on-time of one transmission.
    public init(kind: Kind, dataRate: DataRate, once: TimeSpan, times: Int64 = 1, subBands: [Int]) {
        self.kind = kind
        self.dataRate = dataRate
        self.times = times
        airTime = once * times
        self.subBands = subBands
    }
}
