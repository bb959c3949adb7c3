package import LoRaWAN
package import Timekeeping

/// What an RN2483 reports.
package enum RN2483Event: Hashable, Sendable {
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
package struct ModuleDownlink: Hashable, Sendable {
    /// FPort 1 to 223.
    package let port: UInt8
    package let payload: [UInt8]
    package let at: MonotonicInstant
}

/// A transmission that the module is about to be ordered to make. The module hops by itself, so any of the sub-bands may
/// be the one.
package struct ModuleTransmission: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case joinRequest
        /// FCntUp.
        case uplink(FrameCounter)

        package var isJoin: Bool { self == .joinRequest }
    }

    package let kind: Kind
    package let dataRate: DataRate
    /// How often it goes out at most: the module repeats by itself.
    package let times: Int64
    /// On-time of all of them.
    package let airTime: TimeSpan
    /// Indices in ``Region/subBands``: every one in which the module has a channel.
    package let subBands: [Int]

    /// - Parameter once: on-time of one transmission.
    package init(kind: Kind, dataRate: DataRate, once: TimeSpan, times: Int64 = 1, subBands: [Int]) {
        self.kind = kind
        self.dataRate = dataRate
        self.times = times
        airTime = once * times
        self.subBands = subBands
    }
}
