package import Timekeeping
package import UplinkPayload

/// Spreads the network's daily air-time over the day: without it, reports that are asked for too often would spend the
/// daily air-time in its first hour and leave the bridge silent until the next day.
///
/// A sixteenth is kept for alarms and answers; 29 parts of 32 flow in evenly and are shared by the quarter-hours and
/// all other reports. What one of the two leaves over the other may have. What alarms have spent flows back to them as half
/// of all that flows in and never more, so that alarms that never end leave the reports the other half. The exact limit is kept by the
/// MAC's own sliding window; this only decides the rhythm.
package struct AirTimeBucket: Sendable {
    let dailyAirTime: TimeSpan
    /// Of 16 parts.
    private let historyShare: Int64
    private var accounts: InlineArray<3, Account>
    private var updated: MonotonicInstant

    /// Nanoseconds of air-time; below zero in debt.
    private struct Account {
        var level: Int64
        /// What can be saved up: the first reports of a bridge go out at once.
        let full: Int64

        var isFull: Bool { level >= full }

        init(full: Int64) {
            self.full = max(1, full)
            level = self.full
        }
    }

    /// - Parameters:
    ///   - dailyAirTime: air-time in 24 hours.
    ///   - historyShare: what the quarter-hours have of it where all is asked for, in sixteenths.
    package init(dailyAirTime: TimeSpan, historyShare: Int64 = 14, at now: MonotonicInstant) {
        self.dailyAirTime = dailyAirTime
        self.historyShare = min(max(historyShare, 1), 15)
        updated = now
        let part = dailyAirTime.nanoseconds / 32
        accounts = [Account(full: 2 * part), Account(full: part), Account(full: 2 * part)]
    }

    /// Alarms beyond that would leave the bridge silent until the next day.
    private var longestDebt: Int64 { dailyAirTime.nanoseconds / 16 * 3 }
    /// Nanoseconds of air-time that flow in with each second.
    private var flow: Int64 { max(32, dailyAirTime.nanoseconds / 32 * 29 / 86_400) }

    /// What flows in for a claim within `span` while all are asked for, and no alarm was spent.
    package func income(of claim: AirTimeClaim, in span: TimeSpan) -> TimeSpan {
        let share =
            switch claim {
            case .urgent: flow
            case .history: flow * historyShare / 16
            case .other: flow - flow * historyShare / 16
            }
        return TimeSpan(nanoseconds: min(max(0, span.seconds), 86_400) * share)
    }

    /// When an uplink that takes `airTime` fits the rhythm; `now` if it does at once.
    ///
    /// One that is longer than what can be saved up waits for that, and goes into debt.
    package func earliest(
        for airTime: TimeSpan, claim: AirTimeClaim = .other, at now: MonotonicInstant
    ) -> MonotonicInstant {
        var state = refilled(at: now)
        let full = state[claim].full
        let wanted = min(claim == .urgent ? airTime.nanoseconds - longestDebt : airTime.nanoseconds, full)
        var wait: Int64 = 0
        while state[claim].level < wanted { wait += state.step(atMost: .max, until: wanted, of: claim) }
        return now + .seconds(wait)
    }

    package mutating func spend(_ airTime: TimeSpan, claim: AirTimeClaim = .other, at now: MonotonicInstant) {
        self = refilled(at: now)
        self[claim].level -= airTime.nanoseconds
    }

    private subscript(claim: AirTimeClaim) -> Account {
        get { accounts[claim.rawValue] }
        set { accounts[claim.rawValue] = newValue }
    }

    private func refilled(at now: MonotonicInstant) -> AirTimeBucket {
        var next = self
        var seconds = min(max(0, (now - updated).seconds), 10 * 86_400)
        // Whole seconds flow in; the fraction of one waits for the next time.
        if seconds > 0 { next.updated = updated + .seconds((now - updated).seconds) }
        while seconds > 0 { seconds -= next.step(atMost: seconds) }
        return next
    }

    /// Lets flow in until an account is full, or one has what is wanted of it, for then the shares change.
    ///
    /// - Returns: the seconds that took, at least one.
    private mutating func step(atMost limit: Int64, until wanted: Int64 = .max, of claim: AirTimeClaim? = nil) -> Int64
    {
        var seconds = limit
        let shares = shares
        for (payee, share) in zip(AirTimeClaim.allCases, shares) where share > 0 {
            let goal = payee == claim ? min(wanted, self[payee].full) : self[payee].full
            // Rounded up, so that the wait is never a little too short.
            seconds = min(seconds, max(1, (goal - self[payee].level + share - 1) / share))
        }
        for (payee, share) in zip(AirTimeClaim.allCases, shares) where share > 0 {
            self[payee].level = min(self[payee].full, self[payee].level + seconds * share)
        }
        return seconds
    }

    /// Nanoseconds that flow into each account with each second, in the order of the claims; zero into those that are full.
    private var shares: [Int64] {
        let (historyIsFull, otherIsFull) = (self[.history].isFull, self[.other].isFull)
        // Not more where the reports leave it: they may only wait until the exact limit has room for their longer frames.
        let toReserve = self[.urgent].isFull ? 0 : flow / 2
        let rest = flow - toReserve
        let toHistory = historyIsFull ? 0 : otherIsFull ? rest : rest * historyShare / 16
        return [toReserve, toHistory, otherIsFull ? 0 : rest - toHistory]
    }
}
