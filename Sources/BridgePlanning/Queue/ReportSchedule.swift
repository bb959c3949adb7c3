package import Timekeeping
package import UplinkPayload

/// When which report is due.
///
/// The first is due at once, so that a person who has just mounted the bridge sees it work; the following ones on a grid
/// of the report's own period in UTC, shifted by a hash of the DevEUI, so that a street of bridges does not speak at the
/// same second. A point of the grid that comes within an eighth of the period after a report is left out: a clock that is
/// set back by milliseconds would otherwise make the same report due again.
package struct ReportSchedule: Sendable {
    private struct Entry {
        let uplinks: [DueUplink]
        var every: TimeSpan
        var due: MonotonicInstant
        var isOn = true
        /// Whether somebody asked for this period: one that nobody asked for is as long as the air-time makes it.
        var isAsked: Bool
    }

    private var entries: [Entry]
    private var queue: [DueUplink] = []
    private let shift: UInt64
    /// Periods from one status to the next, where nobody asked for a period.
    private var statusPeriods: Int64 = 1
    /// A status that nobody asked for takes so much of the network's daily air-time at most.
    private static let statusShare: Int64 = 50
    /// Reports that became due while the one before still waited for air-time.
    package private(set) var skipped = 0

    package init(reports: [ReportConfiguration], devEUI: UInt64, at now: MonotonicInstant) {
        entries = reports.enumerated().map {
            Entry(uplinks: $1.uplinks(report: $0), every: $1.every, due: now, isAsked: $1.isPeriodAsked)
        }
        // A multiplicative hash: neighbours in a batch of radios differ in their last digits only.
        shift = (devEUI &* 0x9E37_79B9_7F4A_7C15) >> 20
    }

    /// Of all reports, each meter's.
    package var uplinks: [DueUplink] { entries.flatMap(\.uplinks) }

    /// Uplinks that are due and not sent.
    var waiting: Int { queue.count }

    /// When the next report becomes due; nil when none is on.
    package var nextDue: MonotonicInstant? { entries.filter(\.isOn).map(\.due).min() }

    /// Takes the periods in force. A report that is given another one is due after that period at the latest.
    package mutating func adopt(_ settings: BridgeSettings, at now: MonotonicInstant, utc: UTCInstant) {
        for (index, report) in zip(entries.indices, settings.reports) {
            let every = TimeSpan.seconds(report.seconds)
            let next = now + untilNext(every: every, utc: utc)
            if report.isOn, !entries[index].isOn {
                entries[index].due = next
            } else if report.isOn, entries[index].every != every {
                entries[index].due = min(entries[index].due, next)
            }
            if !report.isOn, entries[index].isOn { queue.removeAll { $0.report == index } }
            if entries[index].every != every { entries[index].isAsked = true }
            (entries[index].isOn, entries[index].every) = (report.isOn, every)
        }
    }

    /// What a status takes at the data rate in force, and what the network allows in 24 hours.
    package mutating func adopt(statusAirTime: TimeSpan, dailyAirTime: TimeSpan?) {
        guard let daily = dailyAirTime?.nanoseconds, daily > 0 else { return statusPeriods = 1 }
        let most = Int64(7)
        let share = min(max(0, statusAirTime.nanoseconds), daily) * Self.statusShare
        statusPeriods = min(most, max(1, (share + daily - 1) / daily))
    }

    /// Makes a report due at once, whether it is on or not; all that are on when nil.
    package mutating func request(_ report: Int?) {
        for index in entries.indices where report == index || (report == nil && entries[index].isOn) {
            for uplink in entries[index].uplinks where !queue.contains(uplink) { queue.append(uplink) }
        }
    }

    /// The first uplink that is due, for which `isPossible` and no air-time is held; the others keep waiting.
    package mutating func next(
        at now: MonotonicInstant, utc: UTCInstant, where isPossible: (DueUplink) -> Bool,
        holding isHeld: (AirTimeClaim) -> Bool = { _ in false }
    ) -> DueUplink? {
        for index in entries.indices where entries[index].isOn && entries[index].due <= now {
            for uplink in entries[index].uplinks {
                if !queue.contains(uplink) {
                    queue.append(uplink)
                } else if entries[index].isAsked, isPossible(uplink) {
                    skipped += 1
                }
            }
            let every = entries[index].every
            let rest = untilNext(every: every, utc: utc)
            let isStretched = !entries[index].isAsked && entries[index].uplinks.first?.kind == .status
            let more = every * (isStretched ? statusPeriods - 1 : 0)
            entries[index].due = now + (rest < every / 8 ? rest + every : rest) + more
        }
        return queue.first { !isHeld($0.claim) && isPossible($0) }
    }

    /// The uplink has been handed over, or can't be sent.
    package mutating func remove(_ uplink: DueUplink) {
        queue.removeAll { $0 == uplink }
    }

    /// From `utc` to the next point of the grid: more than zero, at most `every`.
    private func untilNext(every: TimeSpan, utc: UTCInstant) -> TimeSpan {
        let period = max(1, every.nanoseconds)
        let offset = Int64(shift % UInt64(period))
        var phase = (utc.nanoseconds - offset) % period
        if phase < 0 { phase += period }
        return TimeSpan(nanoseconds: period - phase)
    }
}

extension ReportConfiguration {
    /// What is sent each time: one uplink for each meter and layout.
    fileprivate func uplinks(report: Int) -> [DueUplink] {
        switch kind {
        case .status: [DueUplink(.health, report: report)]
        default:
            meters.flatMap { meter in
                layouts.map { DueUplink(.readings($0), meter: meter, report: report) }
                    + [intervals].compactMap { $0 }.map { DueUplink(.intervals($0), meter: meter, report: report) }
            }
        }
    }
}
