public import MeterValues
public import Timekeeping

/// The least, the greatest and the mean value of power, voltage and current in the last whole interval.
///
/// A report of the last second says nothing of the over-voltage that tripped an inverter ten minutes before it.
public struct IntervalStatistics: Hashable, Sendable {
    private struct Summary: Hashable {
        let unit: MeterUnit
        let decimals: UInt8
        var least: Int64
        var greatest: Int64
        var sum: Int64
        var count: Int64 = 1

        init(_ quantity: Quantity) {
            (unit, decimals) = (quantity.unit, quantity.decimals)
            (least, greatest, sum) = (quantity.coefficient, quantity.coefficient, quantity.coefficient)
        }

        /// In the steps of the first value of the interval.
        mutating func add(_ quantity: Quantity) {
            guard let value = quantity.coefficient(in: unit, decimals: Int(decimals), rounding: true) else { return }
            let (total, overflow) = sum.addingReportingOverflow(value)
            guard !overflow else { return }
            (least, greatest, sum, count) = (min(least, value), max(greatest, value), total, count + 1)
        }

        /// Of as many values as came, rounded; halves go away from zero.
        private var mean: Int64 {
            let (quotient, rest) = sum.quotientAndRemainder(dividingBy: count)
            guard rest.magnitude * 2 >= count.magnitude else { return quotient }
            return quotient + (sum < 0 ? -1 : 1)
        }

        func value(_ kind: IntervalStatistic) -> Quantity {
            let value =
                switch kind {
                case .least: least
                case .mean: mean
                case .greatest: greatest
                }
            return Quantity(coefficient: value, decimals: decimals, unit: unit)
        }
    }

    private let length: Int64
    /// Number of the interval under way, counted from 1970 in UTC.
    private var interval: Int64?
    private var running: [UInt8: Summary] = [:]
    /// Of the last whole interval; empty where nothing came in it.
    public private(set) var quantities: [OBISCode: Quantity] = [:]

    /// - Parameter length: of the intervals, which begin at its multiples in UTC; at least a second.
    public init(length: TimeSpan) { self.length = max(1, length.seconds) }

    /// Takes a reading, in the order in which they came.
    public mutating func add(_ reading: Reading) {
        let seconds = reading.time.secondsSince1970
        let number = seconds >= 0 ? seconds / length : -1
        if let interval, number != interval {
            quantities = number == interval + 1 ? finished : [:]
            running = [:]
        }
        interval = number
        for c in IntervalStatistic.watched {
            guard let quantity = reading.quantities[OBISCode(1, 0, c, 7, 0)] else { continue }
            if running[c] == nil { running[c] = Summary(quantity) } else { running[c]?.add(quantity) }
        }
    }

    private var finished: [OBISCode: Quantity] {
        var quantities: [OBISCode: Quantity] = [:]
        for (c, summary) in running {
            for kind in IntervalStatistic.allCases { quantities[.statistic(c, kind)] = summary.value(kind) }
        }
        return quantities
    }
}
