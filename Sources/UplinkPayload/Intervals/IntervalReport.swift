import SmartMeter

/// An intervals report, decoded.
public struct IntervalReport: Hashable, Sendable {
    /// The meter's name.
    public let meter: String
    public let fields: [Field]
    /// What the registers showed; of the series' numbers only that they differ has a meaning.
    public let history: IntervalHistory

    /// The key of the time at which a register was read, where that is not the report's time.
    static func timeKey(of field: Field) -> String { field.name + "_time" }

    /// The report as the JavaScript codec returns it: `time`, the registers at that time, `intervals`, and `gaps` when
    /// there are any.
    ///
    /// A register that is not known at `time` is given as it was last, with the time of that beside it. An interval is a
    /// quarter-hour of which the use of at least one register is known; the others are null. A gap is a time of several
    /// quarter-hours of which only the sum is known. The oldest come first.
    public var decoded: DecodedReport {
        var entries: [DecodedEntry] = [DecodedEntry("time", .text(history.newest.description))]
        for (field, places) in zip(fields, history.registers) {
            guard let age = places.firstIndex(where: { $0 != nil }), let entry = places[age] else {
                entries.append(DecodedEntry(field.name, .absent))
                continue
            }
            entries.append(DecodedEntry(field.name, value(entry.value, field)))
            if age > 0 { entries.append(DecodedEntry(Self.timeKey(of: field), .text(entry.boundary.description))) }
        }
        let spans = spans()
        entries.append(
            DecodedEntry("intervals", .list(spans.filter { $0.quarters == 1 }.map { row($0, isGap: false) })))
        let gaps = spans.filter { $0.quarters > 1 }
        if !gaps.isEmpty { entries.append(DecodedEntry("gaps", .list(gaps.map { row($0, isGap: true) }))) }
        return DecodedReport(kind: .intervals, meter: meter, fields: entries)
    }

    /// A time between two boundaries, and the use of each register, in whole units.
    private struct Span {
        let end: Int64
        let quarters: Int64
        var uses: [Int64?]
    }

    /// In the order of their ends, and of their beginnings where they end together.
    private func spans() -> [Span] {
        var spans: [[Int64]: Span] = [:]
        for (index, places) in history.registers.enumerated() {
            var newer: IntervalEntry?
            for case let entry? in places {
                if let newer, newer.series == entry.series {
                    let (end, quarters) = (newer.boundary.number, newer.boundary.number - entry.boundary.number)
                    let none = Span(end: end, quarters: quarters, uses: fields.map { _ in nil })
                    spans[[end, -quarters], default: none].uses[index] = newer.value - entry.value
                }
                newer = entry
            }
        }
        return spans.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }.map(\.value)
    }

    private func row(_ span: Span, isGap: Bool) -> [DecodedEntry] {
        var row = [
            DecodedEntry("start", .text(QuarterHour(number: span.end - span.quarters).description)),
            DecodedEntry("end", .text(QuarterHour(number: span.end).description)),
        ]
        for (field, use) in zip(fields, span.uses) where use != nil || !isGap {
            row.append(DecodedEntry(field.name, use.map { value($0, field) } ?? .absent))
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
