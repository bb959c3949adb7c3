import MeterValues

/// An intervals report, decoded.
public struct IntervalReport: Hashable, Sendable {
    /// The meter's name.
    public let meter: String
    /// The registers, in their order.
    public let fields: [Field]
    /// What the registers showed; of the series' numbers only that they differ has a meaning.
    public let history: IntervalHistory

    /// The key of the time at which a register was read, where that is not the report's time.
    static func timeKey(of field: Field) -> String { field.name + "_time" }

    /// What stands in the decoded report behind kind and meter.
    var entries: [DecodedEntry] {
        var entries: [DecodedEntry] = [
            DecodedEntry(DecodedReport.historyKey, .flag(true)),
            DecodedEntry("time", .text(history.newest.description)),
        ]
        for (field, places) in zip(fields, history.registers) {
            guard let age = places.firstIndex(where: { $0 != nil }), let entry = places[age] else {
                entries.append(DecodedEntry(field.name, .absent))
                continue
            }
            entries.append(DecodedEntry(field.name, value(entry.value, field)))
            if age > 0 { entries.append(DecodedEntry(Self.timeKey(of: field), .text(entry.boundary.description))) }
        }
        let (intervals, gaps) = rows()
        entries.append(DecodedEntry("intervals", .list(intervals)))
        if !gaps.isEmpty { entries.append(DecodedEntry("gaps", .list(gaps))) }
        return entries
    }

    /// A time between two boundaries, and what is known of the use of each register in it.
    private struct Span {
        let start: QuarterHour
        let end: QuarterHour
        var uses: [DecodedValue]
    }

    /// Both in the order of their ends.
    private func rows() -> (intervals: [[DecodedEntry]], gaps: [[DecodedEntry]]) {
        var (intervals, gaps): ([Span], [Span]) = ([], [])
        let nothing = fields.map { _ in DecodedValue.absent }
        var older = fields.map { _ -> IntervalEntry? in nil }
        let count = history.registers.map(\.count).max() ?? 0
        for age in (0..<count).reversed() {
            let end = QuarterHour(number: history.newest.number - Int64(age))
            var quarter = Span(start: QuarterHour(number: end.number - 1), end: end, uses: nothing)
            let before = gaps.count
            for (index, places) in history.registers.enumerated() {
                guard age < places.count, let entry = places[age] else { continue }
                defer { older[index] = entry }
                guard let start = older[index], start.series == entry.series else { continue }
                let use = value(entry.value - start.value, fields[index])
                if start.boundary == quarter.start {
                    quarter.uses[index] = use
                } else if let gap = gaps[before...].firstIndex(where: { $0.start == start.boundary }) {
                    gaps[gap].uses[index] = use
                } else {
                    gaps.append(Span(start: start.boundary, end: end, uses: nothing))
                    gaps[gaps.count - 1].uses[index] = use
                }
            }
            if quarter.uses != nothing { intervals.append(quarter) }
        }
        return (intervals.map { row($0, leavingOut: nil) }, gaps.map { row($0, leavingOut: .absent) })
    }

    private func row(_ span: Span, leavingOut left: DecodedValue?) -> [DecodedEntry] {
        var row = [
            DecodedEntry("start", .text(span.start.description)),
            DecodedEntry("end", .text(span.end.description)),
        ]
        for (field, use) in zip(fields, span.uses) where use != left {
            row.append(DecodedEntry(field.name, use))
        }
        return row
    }

    /// Whole units as a decimal number of the field's unit.
    private func value(_ units: Int64, _ field: Field) -> DecodedValue {
        let steps = units / (field.unitsPerStep ?? 1)
        return .number(
            FixedPoint(coefficient: steps * field.resolution.step, decimals: field.resolution.decimals),
            saturated: false)
    }
}
