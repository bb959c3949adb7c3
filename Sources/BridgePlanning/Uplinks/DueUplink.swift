public import MeterValues
public import UplinkPayload

/// An uplink to be sent. What it says is packed when its turn comes.
public struct DueUplink: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case readings(ReadingsLayout)
        /// Quarter-hours back from the newest that is stored.
        case intervals(IntervalLayout)
        /// Quarter-hours that were asked for: back from a boundary, to the oldest that is wanted.
        case backfill(IntervalLayout, from: QuarterHour, to: QuarterHour)
        case health
        case page(StatusPage)
        case alarm(Alarm)
        case reply([UInt8])
    }

    public let content: Content
    /// The number of the meter; nil for what concerns the bridge.
    public let meter: Int?
    /// The position of the [[report]] whose turn it is; nil for what no report asked for.
    public let report: Int?

    public init(_ content: Content, meter: Int? = nil, report: Int? = nil) {
        self.content = content
        self.meter = meter
        self.report = report
    }

    public var kind: ReportKind {
        switch content {
        case .readings: .readings
        case .intervals, .backfill: .intervals
        case .health, .page: .status
        case .alarm: .alarm
        case .reply: .reply
        }
    }
}

extension DueUplink {
    /// What it is paid from.
    package var claim: AirTimeRation.Claim {
        switch content {
        case .alarm, .reply: .urgent
        case .intervals, .backfill: .history
        case .readings, .health, .page: .other
        }
    }
}
