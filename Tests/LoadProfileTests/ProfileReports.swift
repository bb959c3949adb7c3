import LoadProfile
import MeterValues

/// Reports as a bridge would make them, of a register written as the values at boundaries.
enum ProfileReports {
    static let start = QuarterHour(number: 241_000)

    static func boundary(_ number: Int) -> QuarterHour { QuarterHour(number: start.number + Int64(number)) }

    /// - Parameters:
    ///   - first: the boundary of the first value, counted from ``start``.
    ///   - values: oldest first; nil where the bridge does not know.
    ///   - breaks: places at which another series begins.
    static func report(
        from first: Int, _ values: [Int64?], step: Int64 = 1, breaks: Set<Int> = []
    ) -> RegisterReport {
        var series: UInt32 = 0
        var entries: [IntervalEntry?] = []
        for (place, value) in values.enumerated() {
            if breaks.contains(place) { series += 1 }
            entries.append(
                value.map { IntervalEntry(boundary: boundary(first + place), value: $0, series: 100 - series) })
        }
        return RegisterReport(
            meter: "main", register: "import_kwh", unit: .kilowattHour, step: step,
            newest: boundary(first + values.count - 1), places: entries.reversed())
    }
}
