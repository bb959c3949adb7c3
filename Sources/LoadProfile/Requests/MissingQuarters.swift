public import MeterValues

/// What of a meter's report has to be asked for: quarter-hours of which at least one register was not told.
public enum MissingQuarters {
    /// - Parameters:
    ///   - registers: all of one report of one meter.
    ///   - first: nothing is expected before; nil for the first boundary that is known.
    /// - Returns: runs up to the newest boundary that is known.
    public static func of(
        _ registers: [RegisterProfile], since first: QuarterHour? = nil
    ) -> [Range<QuarterHour>] {
        let known = registers.compactMap(\.known)
        guard let start = first ?? known.map(\.lowerBound).min(), let end = known.map(\.upperBound).max(), start < end
        else { return [] }
        var runs: [Range<QuarterHour>] = []
        var quarter = start
        while quarter < end {
            let next = QuarterHour(startOfDay: quarter.day + 1)
            if next <= end, registers.allSatisfy({ $0.hasHeard(allOf: quarter.day, and: next) }) {
                quarter = next
                continue
            }
            if registers.contains(where: { $0.quarter(from: quarter) == .missing }) {
                runs.append(quarter, joining: true)
            }
            quarter = quarter.next
        }
        return runs
    }
}

extension RegisterProfile {
    /// The first and the last boundary of the days at hand at which the register is known.
    public var known: ClosedRange<QuarterHour>? {
        let numbers = days.keys.sorted()
        guard let first = numbers.lazy.compactMap({ boundary(in: $0, ProfileDay.slots) }).first,
            let last = numbers.reversed().lazy.compactMap({ boundary(in: $0, ProfileDay.slots.reversed()) }).first
        else { return nil }
        return first...last
    }

    /// Whether there is a day in which nothing is missing.
    fileprivate func hasHeard(allOf day: Int64, and next: QuarterHour) -> Bool {
        days[day]?.isWhole == true && state(at: next) != .unheard
    }

    private func boundary(in day: Int64, _ slots: some Sequence<Int>) -> QuarterHour? {
        for slot in slots {
            if case .value? = days[day]?[slot] {
                return QuarterHour(number: QuarterHour(startOfDay: day).number + Int64(slot))
            }
        }
        return nil
    }
}

extension ProfileDay {
    static var slots: Range<Int> { 0..<boundaries }
}
