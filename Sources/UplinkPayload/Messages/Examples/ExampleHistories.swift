import MeterValues

/// Quarter-hours as they come, and as they seldom come: each part of the coded series occurs in one of them.
enum ExampleHistories: CaseIterable {
    case usual
    /// An hour of the last evening is not known.
    case gap
    /// A use beyond the numbers of the distribution.
    case jump
    /// The meter was changed, or its registers were reset.
    case newSeries
    /// The second register was never seen.
    case unknownRegister
    /// The newest boundary and single ones before it are not known.
    case unknownValues

    /// What stands behind the layout's name in a description.
    var title: String {
        switch self {
        case .usual: ""
        case .gap: ", with a gap"
        case .jump: ", with a jump of 70 000 steps"
        case .newSeries: ", with another series"
        case .unknownRegister: ", with a register that was never seen"
        case .unknownValues: ", with values that are not known"
        }
    }

    /// Two days of a house that sleeps, cooks and heats.
    func history(of fields: [Field]) -> IntervalHistory {
        let newest = QuarterHour(atOrBefore: ExampleReadings.time)
        let entries = fields.enumerated().map { series, field -> [IntervalEntry] in
            guard self != .unknownRegister || series != 1 else { return [] }
            var value: Int64 = 12_345_678 - 3_000_000 * Int64(series)
            return (0..<192).compactMap { age -> IntervalEntry? in
                let boundary = QuarterHour(number: newest.number - Int64(age))
                if self == .jump, age == 3, series == 0 { value -= 70_000 * (field.unitsPerStep ?? 1) }
                let isOther = self == .newSeries && age >= 5
                let shown = isOther ? value - 2_000_000 : value
                value -= Self.use(at: boundary, series: series)
                guard isKnown(age, series) else { return nil }
                return IntervalEntry(boundary: boundary, value: shown, series: isOther ? 1 : 0)
            }
        }
        return IntervalHistory(newest: newest, entries: entries)
    }

    private func isKnown(_ age: Int, _ series: Int) -> Bool {
        switch self {
        case .gap: !(6..<10).contains(age)
        case .unknownValues: age != series && (age - series) % 7 != 5
        default: true
        }
    }

    private static func use(at boundary: QuarterHour, series: Int) -> Int64 {
        let quarter = boundary.number % 96
        let base: [Int64] = quarter < 24 ? [31, 29, 33, 48] : quarter < 72 ? [62, 71, 180, 95] : [210, 334, 190, 122]
        return series % 2 == 0 ? base[Int(quarter % 4)] + quarter % 7 : max(0, 40 - abs(quarter - 48)) * 9
    }
}
