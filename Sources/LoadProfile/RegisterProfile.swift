public import MeterValues

/// Everything that is known of one register: what it showed at each boundary of a quarter-hour, and where it began anew.
///
/// Absolute registers are kept, and a quarter-hour's use is the difference of two of them. So a report that comes twice,
/// late, or in any order changes nothing, and a hole costs its own quarter-hours alone. What once was told stays: a report
/// that says otherwise is counted as a contradiction.
public struct RegisterProfile: Hashable, Sendable {
    /// By the days of UTC since 2020 (`QuarterHour.day`); a day of which nothing was heard is not there.
    public private(set) var days: [Int64: ProfileDay]
    /// Where another series began, in their order.
    public private(set) var breaks: [SeriesBreak]
    /// The coarsest step of the layouts that told of it: their registers are rounded down to it.
    public private(set) var coarsestStep: Int64

    /// A profile that was stored, or an empty one; `coarsestStep` is in whole units of the register, at least 1.
    public init(days: [Int64: ProfileDay] = [:], breaks: [SeriesBreak] = [], coarsestStep: Int64 = 1) {
        self.days = days
        self.breaks = breaks
        self.coarsestStep = max(1, coarsestStep)
    }

    /// What is known of a boundary.
    public func state(at boundary: QuarterHour) -> BoundaryState { days[boundary.day]?[boundary.slot] ?? .unheard }

    /// What the register showed, in whole units of `RegisterScale`; nil when that is not known.
    public func register(at boundary: QuarterHour) -> Int64? {
        guard case .value(let value) = state(at: boundary) else { return nil }
        return value
    }

    /// What one report changed.
    public struct Merge: Hashable, Sendable {
        /// Boundaries that are known now and were not.
        public internal(set) var added = 0
        /// Boundaries that were known so.
        public internal(set) var confirmed = 0
        /// Boundaries at which the report says something else than was known, which stays.
        public internal(set) var contradictions: [QuarterHour] = []
        /// The days that are to be stored anew.
        public internal(set) var days: Set<Int64> = []
        /// The breaks are to be stored anew.
        public internal(set) var breaksChanged = false

        /// Of a report that changed nothing.
        public init() {}
    }

    /// Takes in what a report says.
    public mutating func merge(_ report: RegisterReport) -> Merge {
        var merge = Merge()
        coarsestStep = max(coarsestStep, report.step)
        for (age, entry) in report.places.enumerated() {
            take(entry, at: QuarterHour(number: report.newest.number - Int64(age)), step: report.step, &merge)
        }
        let before = breaks
        mergeSeries(report, &merge)
        merge.breaksChanged = breaks != before
        return merge
    }

    private mutating func take(_ entry: IntervalEntry?, at boundary: QuarterHour, step: Int64, _ merge: inout Merge) {
        switch (state(at: boundary), entry?.value) {
        case (.unheard, nil): set(.unknown, at: boundary, &merge)
        case (.unheard, let value?), (.unknown, let value?):
            set(.value(value), at: boundary, &merge)
            merge.added += 1
        case (.value(let known), let value?): compare(known, value, at: boundary, step: step, &merge)
        case (_, nil): break
        }
    }

    /// Layouts of other resolutions tell of the same register, each rounded down in its own way; the finest is kept.
    private mutating func compare(
        _ known: Int64, _ value: Int64, at boundary: QuarterHour, step: Int64, _ merge: inout Merge
    ) {
        if known == value || known / step * step == value {
            merge.confirmed += 1
        } else if value / coarsestStep * coarsestStep == known {
            set(.value(value), at: boundary, &merge)
            merge.confirmed += 1
        } else {
            merge.contradictions.append(boundary)
        }
    }

    private mutating func set(_ state: BoundaryState, at boundary: QuarterHour, _ merge: inout Merge) {
        days[boundary.day, default: ProfileDay()][boundary.slot] = state
        merge.days.insert(boundary.day)
    }

    // MARK: Series

    /// What a report tells of one series is joined; between two series lies a break.
    private mutating func mergeSeries(_ report: RegisterReport, _ merge: inout Merge) {
        var older: IntervalEntry?
        for entry in report.places.reversed() {
            guard let entry else { continue }
            defer { older = entry }
            guard let older else { continue }
            if older.series != entry.series {
                insert(SeriesBreak(after: older.boundary, until: entry.boundary))
            } else if older.boundary.next == entry.boundary {
                join(entry.boundary, &merge)
            }
        }
    }

    private mutating func join(_ boundary: QuarterHour, _ merge: inout Merge) {
        guard days[boundary.day]?.isJoined(boundary.slot) == false else { return }
        days[boundary.day]?.join(boundary.slot)
        merge.days.insert(boundary.day)
    }

    /// Of two that lie in each other the narrower one tells more.
    private mutating func insert(_ new: SeriesBreak) {
        guard !breaks.contains(where: { new.contains($0) }) else { return }
        breaks.removeAll { $0.contains(new) }
        breaks.append(new)
        breaks.sort { $0.after < $1.after }
    }

    /// Whether the register may have begun anew between two boundaries with none that is known between them.
    func isBroken(from first: QuarterHour, to second: QuarterHour) -> Bool {
        let parting = breaks.filter { $0.parts(first, second) }
        if parting.contains(SeriesBreak(after: first, until: second)) { return true }
        let isJoined = first.next == second && days[second.day]?.isJoined(second.slot) == true
        return !parting.isEmpty && !isJoined
    }
}

extension RegisterProfile {
    /// Puts a day in its place that was stored before.
    public mutating func place(_ day: ProfileDay, on number: Int64) { days[number] = day }
}
