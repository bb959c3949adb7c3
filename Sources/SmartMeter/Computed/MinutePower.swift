public import MeterValues
public import Timekeeping

/// Power from the energy of the last minute: steadier than the register of power, and there where a meter has none.
public struct MinutePower: Hashable, Sendable {
    private struct Sample: Hashable {
        var seconds: Int64
        /// mWh.
        var energy: Int64
    }

    private var samples: [Sample] = []
    /// Seconds: a telegram in each 10 s is the rarest; where more were lost, nothing is told.
    private static let span: ClosedRange<Int64> = 60...120

    /// Nothing is known yet.
    public init() {}

    /// Takes what the register showed, in the order in which readings came.
    public mutating func add(_ energy: Quantity, at time: UTCInstant) {
        guard let value = energy.coefficient(in: .wattHour, decimals: 3, rounding: true) else { return }
        let sample = Sample(seconds: time.secondsSince1970, energy: value)
        if let last = samples.last {
            // Another meter, or a clock that was set.
            if sample.energy < last.energy || sample.seconds < last.seconds { samples = [] }
            if sample.seconds == last.seconds { return }
        }
        samples.append(sample)
        while samples.count > 2, sample.seconds - samples[1].seconds >= Self.span.lowerBound { samples.removeFirst() }
    }

    /// In W, in kW with three decimals; nil before a minute has passed.
    public var power: Quantity? {
        guard let first = samples.first, let last = samples.last, Self.span.contains(last.seconds - first.seconds)
        else { return nil }
        let span = last.seconds - first.seconds
        let watts = (Int128(last.energy - first.energy) * 3_600 / 1_000 * 2 / Int128(span) + 1) / 2
        return Quantity(coefficient: Int64(clamping: watts), decimals: 3, unit: .kilowatt)
    }
}
