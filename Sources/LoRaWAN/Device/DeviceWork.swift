import Timekeeping

/// Where the device stands between two events.
enum DevicePhase {
    /// Nothing is under way and nothing is planned.
    case idle
    /// The next transmission is planned for then.
    case waiting(until: MonotonicInstant)
    /// The radio is sending, and has given up when nothing is heard of it by then.
    case transmitting(overdueAt: MonotonicInstant)
    /// RX1 when there is a `second`, else RX2.
    case receiving(DeviceWindow, second: DeviceWindow?)
}

struct DeviceWindow {
    let window: ReceiveWindow
    let dataRate: DataRate

    /// A downlink's preamble has 8 symbols, and 4 of them are enough to find it: a receiver that listens by then has
    /// missed nothing.
    var lastUsefulOpening: MonotonicInstant {
        window.opensAt + AirTime.symbol(of: window.modulation) * 4
    }

    /// When nothing more is expected of it. No frame lasts longer than 255 bytes at SF12, which take 9.3 s; a class C
    /// device's RX2 has no end of its own, and the longest frame that the data rate allows is waited for.
    let overdueAt: MonotonicInstant
}

/// What the transmissions are for.
enum DeviceWork {
    case none
    case joining(JoinAttempt)
    case uplink(UplinkAttempt)
}

struct JoinAttempt {
    var dataRate: DataRate
    /// The channel, where the plan prescribes it; nil for any of the default ones.
    var channel: Int?
    /// Of the join-request on the air; nil before.
    var devNonce: DevNonce?
}

/// One uplink with its repetitions: the same bytes, the same counter (TS001 4.3.1.5).
struct UplinkAttempt {
    let frame: [UInt8]
    let isConfirmed: Bool
    /// It is the device's own idea, and nobody waits for its result.
    let isOwn: Bool
    /// It carries DeviceTimeReq, so that its end is the moment that the answer speaks of.
    let asksTime: Bool
    /// The network has to answer it, should it hear it.
    let isQuestion: Bool
    /// Transmissions that are still to be made.
    var remaining: Int
    var wentOut = false
    var isAcknowledged = false
    /// What the radio said when it failed last.
    var failure: String?

    var result: UplinkResult {
        if isAcknowledged { return .acknowledged }
        guard wentOut else { return .failed(failure ?? "the radio did not send") }
        return isConfirmed ? .notAcknowledged : .sent
    }
}
