package import LoRaWAN
package import Timekeeping

/// What a module reports.
package enum ModuleEvent: Hashable, Sendable {
    /// The module answers; its model and firmware.
    case started(String)
    /// The module does not do what it should. It is started again at that time.
    case failed(RadioError, retryAt: MonotonicInstant)
    /// The module was reset by something other than this driver: a brown-out, a watchdog.
    case resetByItself
    /// The line to the module is gone (an adapter was unplugged): nothing happens until ``ModuleDriver/attach(_:at:)``.
    case lineLost(RadioError)
    /// The module's saved session goes on.
    case resumed(DevAddr)
    case joined(DevAddr)
    case joinFailed(nextAttempt: MonotonicInstant)
    /// No answer to a join-request beside the session, which goes on.
    case renewalFailed
    /// The network was heard, whether it said something to the application or not; how, where the module tells.
    case heard(ModuleSignal?)
    /// The network's answer to a question how well it hears the device: decibels to spare, and gateways.
    case linkCheck(margin: Int, gateways: Int)
    /// It was asked for with an uplink, and did not answer.
    case linkCheckUnanswered
    /// The network's time, as it was when this is told.
    case networkTime(UTCInstant)
    /// Granted and stored; the command goes to the module next.
    case transmitting(ModuleTransmission)
    case waiting(until: MonotonicInstant, reason: WaitReason)
    case uplinkDone(UplinkResult)
    case downlink(ModuleDownlink)
}

/// Application data from the network, as far as the module tells of it: no counter.
package struct ModuleDownlink: Hashable, Sendable {
    /// FPort 1 to 223.
    package let port: UInt8
    package let payload: [UInt8]
    package let at: MonotonicInstant
    /// nil where the module does not tell.
    package var signal: ModuleSignal?
}

/// How a frame of the network came in.
package struct ModuleSignal: Hashable, Sendable {
    /// dBm.
    package let rssi: Int
    package let snrQuarters: Int
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
    /// On-time of all of them, and of what the module may send behind them by itself.
    package let airTime: TimeSpan
    /// Indices in ``Region/subBands``: every one in which the module has a channel.
    package let subBands: [Int]

    /// - Parameters:
    ///   - once: on-time of one transmission.
    ///   - beside: on-time of what the module may send behind them by itself.
    package init(
        kind: Kind, dataRate: DataRate, once: TimeSpan, times: Int64 = 1, beside: TimeSpan = .zero, subBands: [Int]
    ) {
        self.kind = kind
        self.dataRate = dataRate
        self.times = times
        airTime = once * times + beside
        self.subBands = subBands
    }
}
