public import Timekeeping

/// Spreads the network's daily air-time over the day: without it, reports that are asked for too often would spend the
/// purse in its first hour and leave the bridge silent until the next day.
///
/// A reserve of an eighth of the purse may be spent at once; the rest flows in evenly. In any 24 hours both together are
/// the purse. The exact limit is kept by the MAC's own sliding window; this only decides the rhythm.
public struct AirTimeRation: Sendable {
    let purse: TimeSpan
    private var saved: TimeSpan
    private var updated: MonotonicInstant

    /// - Parameter purse: air-time in 24 hours.
    public init(purse: TimeSpan, at now: MonotonicInstant) {
        self.purse = purse
        saved = purse / 8
        updated = now
    }

    /// What may be saved up.
    private var reserve: TimeSpan { purse / 8 }
    /// Seven eighths of the purse flow in within a day: nanoseconds of air-time for each second.
    private var flow: Int64 { max(1, purse.nanoseconds / 8 * 7 / 86_400) }

    /// When an uplink that takes `airTime` fits the rhythm; `now` if it does at once.
    ///
    /// One that is longer than the reserve waits for a full reserve, and goes into debt. An urgent one goes into debt by
    /// an eighth of the purse: alarms beyond that would leave the bridge silent until the next day.
    public func earliest(
        for airTime: TimeSpan, isUrgent: Bool = false, at now: MonotonicInstant
    ) -> MonotonicInstant {
        let missing = min(airTime, reserve) - savings(at: now) - (isUrgent ? reserve : .zero)
        guard missing > .zero else { return now }
        return now + .seconds((missing.nanoseconds + flow - 1) / flow)
    }

    public mutating func spend(_ airTime: TimeSpan, at now: MonotonicInstant) {
        saved = savings(at: now) - airTime
        updated = now
    }

    private func savings(at now: MonotonicInstant) -> TimeSpan {
        let seconds = min(max(0, (now - updated).seconds), 10 * 86_400)
        return min(reserve, saved + TimeSpan(nanoseconds: seconds * flow))
    }
}
