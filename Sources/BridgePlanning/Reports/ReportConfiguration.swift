package import Timekeeping
package import UplinkPayload

/// A report that is to be sent again and again.
package struct ReportConfiguration: Sendable {
    package var kind: ReportKind
    /// How often the report is due; the law and the daily air-time may make it rarer.
    package var every: TimeSpan
    /// Whether that was asked for, and not chosen by the profile.
    package var isPeriodAsked: Bool
    /// Numbers of the meters that are reported.
    package var meters: [Int]
    /// The layouts over which the fields of a readings report are spread.
    package var layouts: [ReadingsLayout]
    /// The layout of an intervals report.
    package var intervals: IntervalLayout?

    package init(
        kind: ReportKind, every: TimeSpan, isPeriodAsked: Bool = true, meters: [Int], layouts: [ReadingsLayout] = [],
        intervals: IntervalLayout? = nil
    ) {
        self.isPeriodAsked = isPeriodAsked
        self.kind = kind
        self.intervals = intervals
        self.every = every
        self.meters = meters
        self.layouts = layouts
    }
}
