import MeterValues
import Timekeeping
import UplinkPayload

/// A downlink with commands that was sent.
struct SentRequest: Hashable, Sendable, Codable {
    let sequence: Int
    let at: UTCInstant
    var ranges: [RequestedRange]
    /// The bridge has agreed to send all of it.
    var isAnswered = false
}

/// One command of a request.
struct RequestedRange: Hashable, Sendable, Codable {
    let meter: Int
    let report: Int
    var quarters: Range<QuarterHour>

    var command: Command {
        .sendIntervals(
            report: report, meter: meter, first: quarters.lowerBound,
            count: Int(clamping: quarters.upperBound.number - quarters.lowerBound.number))
    }

    /// Quarter-hours between this one and a later one of the same meter.
    func gap(to other: Self) -> Int64? {
        guard other.meter == meter, other.report == report else { return nil }
        return other.quarters.lowerBound.number - quarters.upperBound.number
    }
}

/// A report that the bridge does not send again.
struct RefusedReport: Hashable, Sendable, Codable {
    let report: Int
    let until: UTCInstant
}
