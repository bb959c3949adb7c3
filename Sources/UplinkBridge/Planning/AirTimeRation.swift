public import Timekeeping

/// Spreads the network's daily air-time over the day: without it, reports that are asked for too often would spend the
/// purse in its first hour and leave the bridge silent until the next day.
///
/// A sixteenth of the purse is kept for alarms and answers; 29 parts of 32 flow in evenly and are shared by the quarter-hours and
/// all other reports. What one of the two leaves over the other may have. The exact limit is kept by the MAC's own sliding
/// window; this only decides the rhythm.
public struct AirTimeRation: Sendable {
    /// What an uplink is paid from.
    public enum Claim: Hashable, Sendable, CaseIterable {
        /// Alarms and answers.
        case urgent
        /// Quarter-hours, also those that are asked for again.
        case history
        /// Readings, the status.
        case other
    }

    let purse: TimeSpan
    /// Of 16 parts.
    private let historyShare: Int64
    /// For alarms and answers; below zero they are in debt.
    private var reserve: Int64
    private var history: Int64
    private var other: Int64
    private var updated: MonotonicInstant

    /// - Parameters:
    ///   - purse: air-time in 24 hours.
    ///   - historyShare: what the quarter-hours have of it where all is asked for, in sixteenths.
    public init(purse: TimeSpan, historyShare: Int64 = 14, at now: MonotonicInstant) {
        self.purse = purse
        self.historyShare = min(max(historyShare, 1), 15)
        updated = now
        reserve = purse.nanoseconds / 16
        history = purse.nanoseconds / 32
        other = purse.nanoseconds / 16
    }

    private var fullReserve: Int64 { purse.nanoseconds / 16 }
    /// What each of the two may save up: the first reports of a bridge go out at once. With what flows in within a day it is
    /// the purse.
    private var fullHistory: Int64 { max(1, purse.nanoseconds / 32) }
    private var fullOther: Int64 { max(1, purse.nanoseconds / 16) }
    /// Alarms beyond that would leave the bridge silent until the next day.
    private var longestDebt: Int64 { purse.nanoseconds / 16 * 3 }
    /// Nanoseconds of air-time that flow in with each second.
    private var flow: Int64 { max(16, purse.nanoseconds / 32 * 29 / 86_400) }

    private func flow(to claim: Claim) -> Int64 {
        switch claim {
        case .urgent: flow
        case .history: flow * historyShare / 16
        case .other: flow - flow * historyShare / 16
        }
    }

    /// What flows in for a claim within `span`.
    public func income(of claim: Claim, in span: TimeSpan) -> TimeSpan {
        TimeSpan(nanoseconds: min(max(0, span.seconds), 86_400) * flow(to: claim))
    }

    /// When an uplink that takes `airTime` fits the rhythm; `now` if it does at once.
    ///
    /// One that is longer than what can be saved up waits for that, and goes into debt.
    public func earliest(
        for airTime: TimeSpan, claim: Claim = .other, at now: MonotonicInstant
    ) -> MonotonicInstant {
        let state = refilled(at: now)
        let wanted = airTime.nanoseconds
        guard claim != .urgent else {
            return now + state.seconds(for: min(wanted - longestDebt, fullReserve) - state.reserve, at: flow)
        }
        let isHistory = claim == .history
        let missing = isHistory ? min(wanted, fullHistory) - state.history : min(wanted, fullOther) - state.other
        guard missing > 0 else { return now }
        // The reserve fills up first, then both accounts, and what the other has no room for is added to this one.
        let before = state.seconds(for: fullReserve - state.reserve, at: flow)
        let (mine, others) = (flow(to: claim), flow(to: isHistory ? .other : .history))
        let alone = max(0, isHistory ? fullOther - state.other : fullHistory - state.history) / max(1, others)
        let span: TimeSpan
        if missing <= alone * mine {
            span = state.seconds(for: missing, at: mine)
        } else {
            span = .seconds(alone) + state.seconds(for: missing - alone * mine, at: flow)
        }
        return now + before + span
    }

    public mutating func spend(_ airTime: TimeSpan, claim: Claim = .other, at now: MonotonicInstant) {
        self = refilled(at: now)
        switch claim {
        case .urgent: reserve -= airTime.nanoseconds
        case .history: history -= airTime.nanoseconds
        case .other: other -= airTime.nanoseconds
        }
    }

    /// Rounded up, so that the wait is never a little too short.
    private func seconds(for missing: Int64, at rate: Int64) -> TimeSpan {
        .seconds(max(0, missing + rate - 1) / rate)
    }

    private func refilled(at now: MonotonicInstant) -> AirTimeRation {
        var next = self
        let seconds = min(max(0, (now - updated).seconds), 10 * 86_400)
        guard seconds > 0 else { return next }
        // Whole seconds flow in; the fraction of one waits for the next time.
        next.updated = updated + .seconds((now - updated).seconds)
        var income = seconds * flow
        let toReserve = min(income, max(0, fullReserve - reserve))
        next.reserve += toReserve
        income -= toReserve
        let toHistory = income / 16 * historyShare
        next.history += toHistory
        next.other += income - toHistory
        let (moreHistory, moreOther) = (max(0, next.history - fullHistory), max(0, next.other - fullOther))
        next.history = min(fullHistory, next.history + moreOther)
        next.other = min(fullOther, next.other + moreHistory)
        return next
    }
}
