import MeterValues
import Timekeeping

/// The last sample of one register, and what its next one says of the boundaries between them.
struct RegisterTrack: Hashable, Sendable, Codable {
    private struct Sample: Hashable, Codable {
        var time: Int64
        var value: Int64
        /// The raw value of the unit.
        var unit: UInt8
    }

    private let rawCode: UInt64
    private let longestGap: Int64
    private let longestOwnGap: Int64
    private var last: Sample?
    private var series: UInt32 = 0
    private var isOther = false

    /// A clock that goes back by less than this is waited for; by more, it has been set.
    private static let setBack: Int64 = 2 * QuarterHour.lengthInNanoseconds

    var code: OBISCode { OBISCode(rawValue: rawCode) }

    init(code: OBISCode, longestGap: Int64, longestOwnGap: Int64) {
        rawCode = code.rawValue
        self.longestGap = longestGap
        self.longestOwnGap = longestOwnGap
    }

    /// Another meter: nothing that is known holds for it.
    mutating func forget() {
        isOther = isOther || last != nil
        last = nil
    }

    mutating func add(_ quantity: Quantity, at time: UTCInstant, isOwnTime: Bool) -> IntervalRecorder.Outcome {
        guard let unit = RegisterScale.unit(of: quantity.unit.dimension),
            let value = RegisterScale.value(of: quantity)
        else { return outcome([], nil) }
        let sample = Sample(time: time.nanoseconds, value: value, unit: unit.rawValue)
        guard let last else {
            let reason: IntervalRecorder.SeriesReason? = isOther ? .otherMeter : nil
            return begin(with: sample, reason)
        }
        if sample.unit != last.unit { return begin(with: sample, .otherUnit) }
        if value < last.value { return begin(with: sample, .ranBackwards) }
        let (elapsed, overflow) = sample.time.subtractingReportingOverflow(last.time)
        if overflow || elapsed < -Self.setBack { return begin(with: sample, .clockSetBack) }
        // The same moment again (an M-Bus meter that was not heard anew), or a clock that was put back a little.
        guard elapsed > 0 else { return outcome([], nil) }
        self.last = sample
        return outcome(entries(from: last, to: sample, isOwnTime: isOwnTime), nil)
    }

    private mutating func begin(
        with sample: Sample, _ reason: IntervalRecorder.SeriesReason?
    ) -> IntervalRecorder.Outcome {
        if reason != nil { series &+= 1 }
        isOther = false
        last = sample
        let boundary = QuarterHour(atOrBefore: UTCInstant(nanoseconds: sample.time))
        guard boundary.time.nanoseconds == sample.time else { return outcome([], reason) }
        return outcome([entry(boundary, sample.value)], reason)
    }

    private func entries(from first: Sample, to second: Sample, isOwnTime: Bool) -> [IntervalEntry] {
        var entries: [IntervalEntry] = []
        let end = QuarterHour(atOrBefore: UTCInstant(nanoseconds: second.time))
        // A sample at the boundary itself needs no other.
        guard second.time - first.time <= (isOwnTime ? longestOwnGap : longestGap) else {
            return end.time.nanoseconds == second.time ? [entry(end, second.value)] : []
        }
        var boundary = QuarterHour(atOrBefore: UTCInstant(nanoseconds: first.time)).next
        while boundary <= end {
            let passed = Int128(boundary.time.nanoseconds) - Int128(first.time)
            let whole = Int128(second.time) - Int128(first.time)
            let share = (Int128(second.value) - Int128(first.value)) * passed / whole
            entries.append(entry(boundary, first.value &+ Int64(truncatingIfNeeded: share)))
            boundary = boundary.next
        }
        return entries
    }

    private func entry(_ boundary: QuarterHour, _ value: Int64) -> IntervalEntry {
        IntervalEntry(boundary: boundary, value: value, series: series)
    }

    private func outcome(
        _ entries: [IntervalEntry], _ reason: IntervalRecorder.SeriesReason?
    ) -> IntervalRecorder.Outcome {
        IntervalRecorder.Outcome(code: code, entries: entries, newSeries: reason)
    }
}
