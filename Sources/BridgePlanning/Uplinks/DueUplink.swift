package import MeterValues
package import UplinkPayload

/// An uplink to be sent. What it says is packed when its turn comes.
package struct DueUplink: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case readings(ReadingsLayout)
        /// Quarter-hours back from the newest that is stored.
        case intervals(IntervalLayout)
        /// Quarter-hours that were asked for: back from a boundary, to the oldest that is wanted.
        case backfill(IntervalLayout, from: QuarterHour, to: QuarterHour)
        /// A sum of intervals reports that went out.
        case parity([UInt8])
        case health
        case page(StatusPage)
        case alarm(Alarm)
        case reply([UInt8])
    }

    package let content: Content
    /// The number of the meter; nil for what concerns the bridge.
    package let meter: Int?
    /// The position of the [[report]] whose turn it is; nil for what no report asked for.
    package let report: Int?

    package init(_ content: Content, meter: Int? = nil, report: Int? = nil) {
        self.content = content
        self.meter = meter
        self.report = report
    }
}
