public import MeterValues

/// A register began anew, another meter or one that was reset: at a boundary behind `after`, at `until` at the latest.
///
/// Both are boundaries at which the register is known, the last of the old series and the first of the new one.
public struct SeriesBreak: Hashable, Sendable {
    /// The last boundary that is known of the series before.
    public let after: QuarterHour
    /// The first boundary that is known of the series behind.
    public let until: QuarterHour

    /// A break between two boundaries, the earlier one first.
    public init(after: QuarterHour, until: QuarterHour) {
        self.after = after
        self.until = until
    }

    /// Whether it may lie between two boundaries.
    func parts(_ first: QuarterHour, _ second: QuarterHour) -> Bool { after < second && first < until }

    func contains(_ other: Self) -> Bool { after <= other.after && other.until <= until }
}
