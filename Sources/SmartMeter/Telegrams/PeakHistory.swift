import MeterValues
import Timekeeping

/// The highest quarter-hours of the last months, as Belgian meters print them (e-MUCS 1.7.1, 0-0:98.1.0):
/// `(count)(1-0:1.6.0)(1-0:1.6.0)` and for each month `(its end)(when)(03.695*kW)`.
struct PeakHistory {
    struct Peak {
        var month: UTCInstant
        var time: UTCInstant?
        var power: Quantity
    }

    static let code = OBISCode(0, 0, 98, 1, 0)
    private static let peakCode = OBISCode(1, 0, 1, 6, 0)
    static let mostMonths = 13

    /// The newest first.
    let peaks: [Peak]

    /// - Returns: nil for the same code in another layout (Hungary prints registers at the months' ends).
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>, timeZone: MeterTimeZone) {
        var values: [ScannedValue] = []
        var codes = 0
        var index = range.lowerBound
        while index < range.upperBound, bytes[index] == ASCII.open {
            let value = ScannedValue(bytes, at: index + 1, end: range.upperBound, asText: false)
            let text = String(bytes, index + 1..<max(index + 1, value.end - 1))
            if value.form == .text {
                guard OBISCode(text) == Self.peakCode else { return nil }
                codes += 1
            } else {
                values.append(value)
            }
            index = value.end
        }
        guard codes == 2, values.count > 1, (values.count - 1).isMultiple(of: 3) else { return nil }
        var peaks: [Peak] = []
        for start in stride(from: 1, to: values.count, by: 3) {
            let month = values[start..<start + 3]
            let times = month.compactMap(\.asStamp).map(timeZone.time)
            guard times.count == 2, let power = month.first(where: { $0.asStamp == nil }), power.form == .number,
                power.unit.dimension == .activePower
            else { return nil }
            guard let end = times[0] else { continue }
            let quantity = Quantity(coefficient: power.coefficient, decimals: power.decimals, unit: power.unit)
            peaks.append(Peak(month: end, time: times[1], power: quantity))
        }
        self.peaks = Array(peaks.sorted { $0.month > $1.month }.prefix(Self.mostMonths))
    }

    /// The arithmetic mean of the months that are there, in the digits of the newest, rounded.
    var mean: Quantity? {
        guard let newest = peaks.first?.power else { return nil }
        var sum: Int64 = 0
        for peak in peaks {
            guard let value = peak.power.coefficient(in: newest.unit, decimals: Int(newest.decimals), rounding: true),
                !sum.addingReportingOverflow(value).overflow
            else { return nil }
            sum += value
        }
        let count = Int64(peaks.count)
        return Quantity(coefficient: (sum + count / 2) / count, decimals: newest.decimals, unit: newest.unit)
    }
}

extension Reading {
    mutating func add(_ history: PeakHistory) {
        for (place, peak) in history.peaks.enumerated() {
            let code = OBISCode.peak(monthsAgo: UInt8(place + 1))
            quantities[code] = peak.power
            ownTimes[code] = peak.time
        }
        quantities[.peakMean] = history.mean
    }
}
