public import Timekeeping

/// The air-time that join-requests may take (TR007 2.1): less than 36 s in the first hour, less than 36 s in the ten
/// hours that follow, then less than 8.7 s in any 24 hours.
///
/// It survives restarts, so that a board in a reset loop does not start with a fresh first hour each time. A success
/// alone does not renew it, for a device may join and reset in turns: the count begins anew with the first join-request
/// that comes 24 hours or more after a success.
public struct JoinBudget: Hashable, Sendable {
    /// The first join-request; nil before it.
    public internal(set) var began: MonotonicInstant?
    /// Start of the latest join-request.
    public internal(set) var latest: MonotonicInstant?
    /// Air-time of join-requests in the first hour since ``began``.
    public internal(set) var spentInFirstHour = TimeSpan.zero
    /// In the ten hours behind it.
    public internal(set) var spentInNextTenHours = TimeSpan.zero
    /// The latest join-request was answered.
    public internal(set) var succeeded = false
    /// Join-requests from the twelfth hour on. The window is longer than a day by more than the longest request, so
    /// that no part of one is used before the whole has left the day.
    public internal(set) var daily = AirTimeWindow(
        length: .hours(24) + .seconds(2), limit: .nanoseconds(8_699_999_999))

    /// "Less than" 36 s.
    static let hourlyLimit = TimeSpan.nanoseconds(35_999_999_999)
    static let firstHour = TimeSpan.hours(1)
    static let elevenHours = TimeSpan.hours(11)
    /// An hour of silence lies between the second budget and the third: every count of the hours agrees with it.
    static let twelveHours = TimeSpan.hours(12)

    /// No join-request was sent yet.
    public init() {}

    /// The first instant from `now` on at which a join-request of this air-time may start.
    public func earliestStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        guard let began, !isOver(at: now) else { return airTime <= Self.hourlyLimit ? now : nil }
        if now + airTime - began <= Self.firstHour, spentInFirstHour + airTime <= Self.hourlyLimit { return now }
        let second = max(now, began + Self.firstHour)
        if second + airTime - began <= Self.elevenHours, spentInNextTenHours + airTime <= Self.hourlyLimit {
            return second
        }
        return daily.earliestStart(airTime: airTime, at: max(now, began + Self.twelveHours))
    }

    /// The mean time between join-requests of this air-time that would spread the present period's budget evenly.
    func evenInterval(airTime: TimeSpan, at now: MonotonicInstant) -> TimeSpan {
        let age = began.map { now - $0 } ?? .zero
        if age < Self.firstHour { return airTime * 100 }
        return age < Self.elevenHours ? airTime * 1_000 : airTime * 9_931
    }

    /// A join-request is going out.
    public mutating func record(start: MonotonicInstant, airTime: TimeSpan) {
        if isOver(at: start) { self = JoinBudget() }
        let origin = began ?? start
        began = origin
        latest = start
        succeeded = false
        // A request that straddles two periods counts in the later one.
        let age = start + airTime - origin
        if age <= Self.firstHour {
            spentInFirstHour += airTime
        } else if age <= Self.elevenHours {
            spentInNextTenHours += airTime
        } else {
            daily.record(start: start, airTime: airTime)
        }
    }

    /// The latest join-request never took place.
    mutating func withdrawLatest(airTime: TimeSpan) {
        guard let began, let latest else { return }
        let age = latest + airTime - began
        if age <= Self.firstHour {
            spentInFirstHour -= airTime
        } else if age <= Self.elevenHours {
            spentInNextTenHours -= airTime
        } else {
            daily.removeLast()
        }
    }

    /// After a reboot: see ``AirTimeWindow``.
    mutating func shift(by span: TimeSpan) {
        began = began.map { $0 + span }
        latest = latest.map { $0 + span }
        daily.shift(by: span)
    }

    private func isOver(at now: MonotonicInstant) -> Bool {
        succeeded && latest.map { now - $0 > .hours(24) } ?? false
    }
}
