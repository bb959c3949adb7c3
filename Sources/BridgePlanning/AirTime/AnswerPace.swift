package import LoRaWAN
package import Timekeeping

/// When the MAC's answers get an uplink of their own. They ride on the next report (TS001 5); only FPending asks for one soon,
/// and answers that the network must have to reach the device wait a minute for a report.
///
/// A server may ask for another in each downlink, without end: four go at once, then one in a quarter of an hour, or in a
/// thousand times its air-time where that is longer. They are paid from what alarms are paid from.
package struct AnswerPace {
    package static let patience = TimeSpan.minutes(1)
    private static let burst: Int64 = 4
    private static let pause = TimeSpan.minutes(15)
    private static let quiet: Int64 = 1_000

    /// Since when answers wait that are pressing.
    private var pressingSince: MonotonicInstant?
    /// When all that were sent are paid off.
    private var paidAt: MonotonicInstant?
    /// Whether somebody was told that they wait, since the last time none did.
    private var isTold = false

    package init() {}

    /// When an uplink may go out for what the network waits for; nil when there need be none.
    package mutating func due(for expectation: NetworkExpectation, airTime: TimeSpan, at now: MonotonicInstant)
        -> MonotonicInstant?
    {
        if expectation < .pressing {
            pressingSince = nil
            if let paidAt, paidAt <= now { isTold = false }
            return nil
        }
        let since = pressingSince ?? now
        pressingSince = since
        let wanted = expectation == .more ? now : since + Self.patience
        guard let paidAt else { return wanted }
        return max(wanted, paidAt - interval(airTime) * (Self.burst - 1))
    }

    package mutating func spend(_ airTime: TimeSpan, at now: MonotonicInstant) {
        paidAt = max(paidAt ?? now, now) + interval(airTime)
        pressingSince = nil
    }

    /// Whether this is the first time that one has to wait.
    package mutating func isNews() -> Bool {
        defer { isTold = true }
        return !isTold
    }

    private func interval(_ airTime: TimeSpan) -> TimeSpan { max(Self.pause, airTime * Self.quiet) }
}
