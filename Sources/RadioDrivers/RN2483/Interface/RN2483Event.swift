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
    /// On-time, with the repetitions that are likely.
    public let airTime: TimeSpan
    /// On-time with all the repetitions that there may be.
    public let longest: TimeSpan
    /// Indices in ``Region/subBands``: every one in which the module has a channel.
    public let subBands: [Int]

    /// - Parameter longest: nil for the same as `airTime`.
    public init(kind: Kind, dataRate: DataRate, airTime: TimeSpan, longest: TimeSpan? = nil, subBands: [Int]) {
        self.kind = kind
        self.dataRate = dataRate
        self.airTime = airTime
        self.longest = longest ?? airTime
        self.subBands = subBands
    }
}
