public import MeterValues
public import Timekeeping

/// Registers that the bridge computes of the readings of one meter, beside what the meter says itself: statistics of the
/// last interval, which go on after a restart, and power from the energy of the last minute, which begins anew.
public struct ComputedValues: Hashable, Sendable {
    /// To be kept in the store; nil where none are wanted.
    public private(set) var statistics: IntervalStatistics?
    private var minutes: [UInt8: MinutePower] = [1: MinutePower(), 2: MinutePower()]

    /// - Parameters:
    ///   - interval: of the statistics; nil for none.
    ///   - stored: what they go on from, where its intervals are as long.
    public init(statisticsOver interval: TimeSpan? = nil, resuming stored: IntervalStatistics? = nil) {
        statistics = interval.map { interval in
            guard let stored, stored.isOver(interval) else { return IntervalStatistics(length: interval) }
            return stored
        }
    }

    /// Takes a reading, in the order in which they came.
    /// - Returns: the registers as they stand.
    public mutating func take(_ reading: Reading) -> [OBISCode: Quantity] {
        statistics?.add(reading)
        var quantities = statistics?.quantities ?? [:]
        for c in minutes.keys {
            guard let energy = reading.quantities[OBISCode(1, 0, c, 8, 0)] else { continue }
            minutes[c]?.add(energy, at: reading.time)
            quantities[.minutePower(c)] = minutes[c]?.power
        }
        return quantities
    }
}

/// What is computed of a meter's readings.
public struct MeterComputing: Hashable, Sendable {
    /// The local time of its days and months.
    public var timeZone: MeterTimeZone
    /// How long the intervals of statistics are; nil for no statistics.
    public var statistics: TimeSpan?
    /// kW of the reference powers above which energy is counted, beside ``ReferencePower/classes``.
    public var referenceClasses: [UInt8]

    /// What is to be computed of a meter's readings.
    public init(
        timeZone: MeterTimeZone = .centralEuropean, statistics: TimeSpan? = nil, referenceClasses: [UInt8] = []
    ) {
        self.timeZone = timeZone
        self.statistics = statistics
        self.referenceClasses = referenceClasses
    }
}
