package import MeterValues
package import Timekeeping

/// Why a report that is due can't be packed.
package enum PackingError: Error, CustomStringConvertible {
    case unreadable(String)
    /// Bytes of the largest payload.
    case doesNotFit(Int)

    package var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .doesNotFit(let largest):
            "its registers alone take more than the \(largest) bytes that the data rate in force carries: name fewer "
                + "fields in the report, or set a faster data_rate"
        }
    }
}

/// What uplinks are made of: the readings of now, and the quarter-hours that are stored.
package protocol UplinkSource: Sendable {
    /// nil where none is fresh.
    func reading(meter: Int, at now: MonotonicInstant) -> Reading?

    /// The newest boundary that is stored of a meter.
    func storedBoundary(meter: Int) -> QuarterHour?

    /// Oldest first; none of a meter that there is not.
    /// - Throws: ``PackingError/unreadable(_:)``.
    func intervals(
        meter: Int, code: OBISCode, in range: ClosedRange<QuarterHour>
    ) throws(PackingError) -> [IntervalEntry]
}
