public import Timekeeping

extension Device {
    /// The first instant from `now` on at which the daily air-time has room for so much air-time; nil when it never has.
    public func dailyAirTimeStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        state.dailyAirTime.map { $0.earliestStart(airTime: airTime, at: now) } ?? now
    }

    /// Changes the network's air-time for 24 hours; what was spent in the last 24 counts on. Nil leaves only the law.
    public mutating func setDailyAirTime(_ limit: TimeSpan?) {
        let limit = limit ?? .hours(24)
        if state.dailyAirTime == nil { state.dailyAirTime = AirTimeWindow(length: .hours(24), limit: limit) }
        state.dailyAirTime?.limit = limit
    }
}
