package import Timekeeping
import UplinkPayload

/// What comes due in the next 24 hours, by the planner's own arithmetic on a copy of its state: the same schedule and the same
/// air-time, as if nothing else happened. How likely what arrives is no matter of it.
package struct DayAhead: Hashable, Sendable {
    /// One report's uplinks of one meter.
    package struct Entry: Hashable, Sendable {
        package let uplink: DueUplink
        package var count = 0
        /// From now to the first of them; nil when none goes out.
        package var next: TimeSpan?
        package var airTime = TimeSpan.zero
        /// The longest that one waits for the air-time.
        package var longestWait = TimeSpan.zero
    }

    package private(set) var entries: [Entry]
    /// The arithmetic was given up before the day's end: so much is due.
    package private(set) var isCut = false

    /// A copy of what the planner knows.
    package struct Basis: Sendable {
        package var schedule: ReportSchedule
        package var planner: UplinkPlanner
        /// What an uplink is expected to take.
        package var airTimes: [DueUplink: TimeSpan]

        package init(schedule: ReportSchedule, planner: UplinkPlanner, airTimes: [DueUplink: TimeSpan]) {
            self.schedule = schedule
            self.planner = planner
            self.airTimes = airTimes
        }
    }

    static let length = TimeSpan.hours(24)
    /// Each takes some microseconds.
    static let mostEvents = 2_000

    package init(_ basis: Basis, at now: MonotonicInstant, utc: UTCInstant) {
        var (schedule, bucket) = (basis.schedule, basis.planner.bucket)
        entries = schedule.uplinks.map { Entry(uplink: $0) }
        var held: [AirTimeClaim: MonotonicInstant] = [:]
        var dueSince: [DueUplink: MonotonicInstant] = [:]
        var time = now
        var events = 0
        while time <= now + Self.length {
            guard events < Self.mostEvents else {
                isCut = true
                return
            }
            events += 1
            held = held.filter { $0.value > time }
            let date = utc + (time - now)
            while let due = schedule.next(at: time, utc: date, where: { _ in true }, holding: { held[$0] != nil }) {
                let airTime = basis.airTimes[due] ?? .zero
                let since = dueSince[due] ?? time
                dueSince[due] = since
                let earliest = bucket?.earliest(for: airTime, claim: due.claim, at: time) ?? time
                guard earliest <= time else {
                    held[due.claim] = earliest
                    continue
                }
                bucket?.spend(airTime, claim: due.claim, at: time)
                schedule.remove(due)
                dueSince[due] = nil
                note(due, airTime, at: time - now, waited: time - since)
                events += 1
            }
            let next = [schedule.nextDue].compactMap(\.self) + held.values
            guard let later = next.min() else { return }
            time = max(later, time + .seconds(1))
        }
    }

    private mutating func note(_ due: DueUplink, _ airTime: TimeSpan, at time: TimeSpan, waited: TimeSpan) {
        guard let index = entries.firstIndex(where: { $0.uplink == due }) else { return }
        entries[index].count += 1
        entries[index].next = entries[index].next ?? time
        entries[index].airTime += airTime
        entries[index].longestWait = max(entries[index].longestWait, waited)
    }
}
