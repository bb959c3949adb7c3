public import Timekeeping
public import UplinkPayload

/// An uplink that is due: which layout, for which meter.
public struct DueUplink: Hashable, Sendable {
    public let kind: ReportKind
    public let layout: ReadingsLayout
    public let meter: Int
}

/// When which report is due.
///
/// The first is due at once, so that a person who has just mounted the bridge sees it work; the following ones on a grid
/// of the report's own period in UTC, shifted by a hash of the DevEUI, so that a street of bridges does not speak at the
/// same second.
public struct ReportSchedule: Sendable {
    private struct Entry {
        let uplinks: [DueUplink]
        let every: TimeSpan
        var due: MonotonicInstant
    }

    private var entries: [Entry]
    private var queue: [DueUplink] = []
    private let shift: UInt64
    /// Reports that became due while the one before still waited.
    public private(set) var skipped = 0

    public init(reports: [ReportConfiguration], devEUI: UInt64, at now: MonotonicInstant) {
        entries = reports.map { report in
            let uplinks = report.meters.flatMap { meter in
                report.layouts.map { DueUplink(kind: report.kind, layout: $0, meter: meter) }
            }
            return Entry(uplinks: uplinks, every: report.every, due: now)
        }
        // A multiplicative hash: neighbours in a batch of radios differ in their last digits only.
        shift = (devEUI &* 0x9E37_79B9_7F4A_7C15) >> 20
    }

    /// When the next report becomes due; nil when none is configured.
    public var nextDue: MonotonicInstant? { entries.map(\.due).min() }

    /// The first uplink that is due and for which `isPossible`; the others keep waiting.
    public mutating func next(
        at now: MonotonicInstant, utc: UTCInstant, where isPossible: (DueUplink) -> Bool
    ) -> DueUplink? {
        for index in entries.indices where entries[index].due <= now {
            for uplink in entries[index].uplinks {
                if queue.contains(uplink) { skipped += 1 } else { queue.append(uplink) }
            }
            entries[index].due = now + untilNext(every: entries[index].every, utc: utc)
        }
        return queue.first(where: isPossible)
    }

    /// The uplink has been handed over, or can't be sent.
    public mutating func remove(_ uplink: DueUplink) {
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
