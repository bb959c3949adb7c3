public import MeterValues

/// What is known of the use in one quarter-hour.
public enum QuarterState: Hashable, Sendable {
    /// In whole units of `RegisterScale`.
    case use(Int64)
    /// Another series began in it, or the register fell without a word of that: nobody can know the use.
    case newSeries
    /// The bridge has told that it does not know one of its registers.
    case unknown
    /// No report has told of one of its registers: it may still come, or be asked for.
    case missing
}

extension RegisterProfile {
    /// - Parameter start: of the quarter-hour.
    public func quarter(from start: QuarterHour) -> QuarterState {
        quarter(from: start, state(at: start), state(at: start.next))
    }

    private func quarter(from start: QuarterHour, _ first: BoundaryState, _ second: BoundaryState) -> QuarterState {
        switch (first, second) {
        case (.value(let first), .value(let second)):
            second < first || (!breaks.isEmpty && isBroken(from: start, to: start.next))
                ? .newSeries : .use(second - first)
        case (.unheard, _), (_, .unheard): .missing
        default: .unknown
        }
    }

    /// Goes through the quarter-hours of a time, which takes less than to ask for one after the other.
    /// - Parameters:
    ///   - range: the boundaries from which and to which is gone.
    ///   - body: is given where a quarter-hour begins, what is known of the register there, and of the use.
    public func forEachQuarter(
        in range: Range<QuarterHour>, _ body: (QuarterHour, BoundaryState, QuarterState) -> Void
    ) {
        var start = range.lowerBound
        var (number, slot) = (start.day, start.slot)
        var day = days[number]
        var first = day?[slot] ?? .unheard
        while start < range.upperBound {
            slot += 1
            if slot == ProfileDay.boundaries { (number, slot, day) = (number + 1, 0, days[number + 1]) }
            let second = day?[slot] ?? .unheard
            body(start, first, quarter(from: start, first, second))
            (start, first) = (start.next, second)
        }
    }

    /// The use between two boundaries, however many quarter-hours apart; nil when it can't be known.
    public func use(from start: QuarterHour, to end: QuarterHour) -> Int64? {
        guard let first = register(at: start), let second = register(at: end), second >= first else { return nil }
        var (known, next) = ((boundary: start, value: first), start.next)
        while next <= end {
            if let value = register(at: next) {
                guard value >= known.value, !isBroken(from: known.boundary, to: next) else { return nil }
                known = (next, value)
            }
            next = next.next
        }
        return second - first
    }

    /// Runs of quarter-hours that no report has told of.
    /// - Parameter range: the boundaries from which and to which is looked.
    public func missing(in range: Range<QuarterHour>) -> [Range<QuarterHour>] {
        var runs: [Range<QuarterHour>] = []
        forEachQuarter(in: range) { start, _, quarter in
            if quarter == .missing { runs.append(start, joining: true) }
        }
        return runs
    }

    /// How much of a time is known.
    public func coverage(of range: Range<QuarterHour>) -> Coverage {
        var coverage = Coverage()
        forEachQuarter(in: range) { _, _, quarter in
            switch quarter {
            case .use: coverage.known += 1
            case .newSeries, .unknown: coverage.unknowable += 1
            case .missing: coverage.missing += 1
            }
        }
        return coverage
    }
}

/// Quarter-hours, counted by what is known of them.
public struct Coverage: Hashable, Sendable {
    /// Quarter-hours whose use is known.
    public var known = 0
    /// What the bridge does not know, or nobody can.
    public var unknowable = 0
    /// Quarter-hours that no report has told of.
    public var missing = 0

    /// Of no quarter-hour.
    public init() {}

    /// All quarter-hours that were looked at.
    public var total: Int { known + unknowable + missing }

    /// Of two times that do not overlap.
    public static func + (lhs: Self, rhs: Self) -> Self {
        var sum = lhs
        sum.known += rhs.known
        sum.unknowable += rhs.unknowable
        sum.missing += rhs.missing
        return sum
    }
}
