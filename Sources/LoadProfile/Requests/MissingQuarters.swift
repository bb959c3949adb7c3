public import MeterValues
public import UplinkPayload

/// What of a meter's report has to be asked for: quarter-hours of which at least one register was not told.
public enum MissingQuarters {
    /// - Parameters:
    ///   - registers: all of one report of one meter.
    ///   - first: nothing is expected before; nil for the first boundary that is known.
    /// - Returns: runs up to the newest boundary that is known.
    public static func of(
        _ registers: [RegisterProfile], since first: QuarterHour? = nil
    ) -> [Range<QuarterHour>] {
        find(.missing, in: registers, since: first)
    }

    /// Those that no register lacks, and that a report has left out: the bridge does not know them, or takes them for
    /// delivered.
    public static func doubtful(
        _ registers: [RegisterProfile], since first: QuarterHour? = nil
    ) -> [Range<QuarterHour>] {
        find(.unknown, in: registers, since: first)
    }

    private static func find(
        _ wanted: QuarterState, in registers: [RegisterProfile], since first: QuarterHour?
    ) -> [Range<QuarterHour>] {
        let known = registers.compactMap(\.known)
        guard let start = first ?? known.map(\.lowerBound).min(), let end = known.map(\.upperBound).max(), start < end
        else { return [] }
        var runs: [Range<QuarterHour>] = []
        var quarter = start
        while quarter < end {
            let next = QuarterHour(startOfDay: quarter.day + 1)
            if next <= end,
                registers.allSatisfy({ $0.knows(allOf: quarter.day, and: next, orHeard: wanted == .missing) })
            {
                quarter = next
                continue
            }
            let states = registers.map { $0.quarter(from: quarter) }
            if states.contains(wanted), wanted == .missing || !states.contains(.missing) {
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

    /// Whether there is a day of which all is known, or at least was heard.
    fileprivate func knows(allOf day: Int64, and next: QuarterHour, orHeard isEnough: Bool) -> Bool {
        guard let content = days[day] else { return false }
        if isEnough { return content.isWhole && state(at: next) != .unheard }
        return content.count == ProfileDay.boundaries && register(at: next) != nil
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

extension Command {
    /// What is known of a meter, for a bridge that then need not send it again; nil where nothing is. What a report has left out
    /// is not known: the bridge may have had no room for it.
    /// - Parameters:
    ///   - registers: all of one report of the meter.
    ///   - report: counted from 1.
    ///   - meter: its number, counted from 0.
    public static func acknowledging(_ registers: [RegisterProfile], report: Int, meter: Int) -> Command? {
        guard let newest = registers.compactMap(\.known).map(\.upperBound).max() else { return nil }
        let hours = (0..<24).reduce(0) { bits, hour in
            let isKnown = (1...4).allSatisfy { quarter in
                let start = QuarterHour(number: newest.number - Int64(4 * hour + quarter))
                return registers.allSatisfy { register in
                    switch register.quarter(from: start) {
                    case .use, .newSeries: true
                    case .missing, .unknown: false
                    }
                }
            }
            return bits << 1 | (isKnown ? 1 : 0)
        }
        return .acknowledgeIntervals(report: report, meter: meter, newest: newest, hours: hours)
    }
}
