public import MeterValues
public import Timekeeping

/// The least, the greatest and the mean value of power, voltage and current in the last whole interval.
///
/// A report of the last second says nothing of the over-voltage that tripped an inverter ten minutes before it. Nor does one
/// of a part of its interval: there are no statistics of an interval of which more than a tenth was not heard, because the
/// bridge did not run or the meter was silent.
public struct IntervalStatistics: Hashable, Sendable, Codable {
    private struct Summary: Hashable, Codable {
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

        /// What a store gave out may be damaged.
        var isSane: Bool { count > 0 && decimals <= 18 }

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

    /// Seconds.
    private let length: Int64
    /// Number of the interval under way, counted from 1970 in UTC.
    private var interval: Int64?
    private var running: [UInt8: Summary] = [:]
    private var finished: [UInt8: Summary] = [:]
    /// The time of the last reading, seconds since 1970.
    private var lastHeard: Int64?
    /// Seconds of the interval under way in which the meter was not heard.
    private var missing: Int64 = 0
    /// Of the last whole interval; empty where too little of it was heard.
    public private(set) var quantities: [OBISCode: Quantity] = [:]

    private enum CodingKeys: CodingKey { case length, interval, running, finished, lastHeard, missing }

    /// - Parameter length: of the intervals, which begin at its multiples in UTC; at least a second.
    public init(length: TimeSpan) { self.length = max(1, length.seconds) }

    /// Whether its intervals are of this length.
    func isOver(_ length: TimeSpan) -> Bool { self.length == max(1, length.seconds) }

    /// Takes a reading, in the order in which they came.
    public mutating func add(_ reading: Reading) {
        let seconds = reading.time.secondsSince1970
        let number = seconds >= 0 ? seconds / length : -1
        if number != interval { begin(number) }
        noteSilence(until: seconds)
        lastHeard = seconds
        for c in IntervalStatistic.watched {
            guard let quantity = reading.quantities[OBISCode(1, 0, c, 7, 0)] else { continue }
            if running[c] == nil { running[c] = Summary(quantity) } else { running[c]?.add(quantity) }
        }
    }

    private mutating func begin(_ number: Int64) {
        if let interval {
            noteSilence(until: (interval + 1) * length)
            let isWhole = number == interval + 1 && missing <= length / 10
            finished = isWhole ? running : [:]
            quantities = Self.quantities(of: finished)
        }
        (running, missing, interval) = ([:], 0, number)
    }

    /// Counts what was not heard of the interval up to `seconds`. Meters send every ten seconds or more often; one that sends
    /// fifteen times in an interval tells enough of it too.
    private mutating func noteSilence(until seconds: Int64) {
        let start = (interval ?? 0) * length
        let silence = seconds - max(start, lastHeard ?? start)
        if silence > max(30, length / 15) { missing += silence }
    }

    private static func quantities(of summaries: [UInt8: Summary]) -> [OBISCode: Quantity] {
        var quantities: [OBISCode: Quantity] = [:]
        for (c, summary) in summaries {
            for kind in IntervalStatistic.allCases { quantities[.statistic(c, kind)] = summary.value(kind) }
        }
        return quantities
    }
}

extension IntervalStatistics {
    /// - Throws: when what was stored makes no sense.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        length = try values.decode(Int64.self, forKey: .length)
        interval = try values.decodeIfPresent(Int64.self, forKey: .interval)
        running = try values.decode([UInt8: Summary].self, forKey: .running)
        finished = try values.decode([UInt8: Summary].self, forKey: .finished)
        lastHeard = try values.decodeIfPresent(Int64.self, forKey: .lastHeard)
        missing = try values.decode(Int64.self, forKey: .missing)
        guard isSane else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "statistics of an interval make no sense"))
        }
        quantities = Self.quantities(of: finished)
    }

    private var isSane: Bool {
        let most: Int64 = 1 << 40
        guard (1...most).contains(length), (0...most).contains(missing) else { return false }
        guard (-1...most / length).contains(interval ?? 0), (-most...most).contains(lastHeard ?? 0) else {
            return false
        }
        return running.values.allSatisfy(\.isSane) && finished.values.allSatisfy(\.isSane)
    }
}
