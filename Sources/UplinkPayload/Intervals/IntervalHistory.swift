public import MeterValues

/// What registers showed at a boundary between quarter-hours and at those before it: what an intervals report is made of,
/// and what comes out of one.
public struct IntervalHistory: Hashable, Sendable {
    /// The boundary of the first place of each series.
    public let newest: QuarterHour
    /// For each register of the layout its entries, back in time from `newest`, one place for each boundary; nil where it
    /// is not known what the register showed. Values of different `IntervalEntry.series` have nothing to do with each
    /// other.
    public let registers: [[IntervalEntry?]]

    /// - Parameters:
    ///   - newest: the boundary of the first places.
    ///   - entries: for each register of the layout what is stored of it, in any order. What is newer than `newest` is left
    ///     out, and so is what is older by ``IntervalLayout/mostBoundaries`` or more.
    public init(newest: QuarterHour, entries: [[IntervalEntry]]) {
        self.newest = newest
        registers = entries.map { entries in
            var places: [IntervalEntry?] = []
            for entry in entries {
                let (age, overflow) = newest.number.subtractingReportingOverflow(entry.boundary.number)
                guard !overflow, age >= 0, age < IntervalLayout.mostBoundaries else { continue }
                while places.count <= age { places.append(nil) }
                places[Int(age)] = entry
            }
            return places
        }
    }

    init(newest: QuarterHour, registers: [[IntervalEntry?]]) {
        self.newest = newest
        self.registers = registers
    }

    /// Boundaries from the newest to the oldest of which something is known.
    var count: Int { registers.map { ($0.lastIndex { $0 != nil } ?? -1) + 1 }.max() ?? 0 }
}
