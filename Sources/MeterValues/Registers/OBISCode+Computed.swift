extension OBISCode {
    /// Channels from 128 on are the maker's own (IEC 62056-61, 5.4): what the bridge computes stands in this one.
    package static let computedChannel: UInt8 = 128

    /// Energy of the quarter-hours above so many kW: 1-128:1.8.E, E the kW.
    public static func energyAbove(kilowatts: UInt8) -> OBISCode { OBISCode(1, computedChannel, 1, 8, kilowatts) }

    /// Export less import, zero while it imports: 1-128:C.7.0, C as in the export's own code.
    package static func excessPower(_ c: UInt8) -> OBISCode { OBISCode(1, computedChannel, c, 7, 0) }

    /// Power from the energy of the last minute: 1-128:C.15.0 (IEC 62056-61, table 13: last average 2), C 1 or 2.
    public static func minutePower(_ c: UInt8) -> OBISCode { OBISCode(1, computedChannel, c, 15, 0) }

    /// The peak of a month: 1-0:1.6.0*1 of the last that is over, up to *13.
    package static func peak(monthsAgo: UInt8) -> OBISCode { OBISCode(1, 0, 1, 6, 0, monthsAgo) }

    /// The mean of these peaks.
    package static let peakMean = OBISCode(1, computedChannel, 1, 6, 13)

    /// A statistic of the last whole interval: 1-128:C.D.0, C as in the register's own code.
    public static func statistic(_ c: UInt8, _ kind: IntervalStatistic) -> OBISCode {
        OBISCode(1, computedChannel, c, kind.rawValue, 0)
    }

    /// Which statistic this register is; nil for any other.
    public var statistic: IntervalStatistic? {
        guard let kind = IntervalStatistic(rawValue: d), IntervalStatistic.watched.contains(c),
            self == .statistic(c, kind)
        else { return nil }
        return kind
    }

    /// The energy of a day or a month: 1-128:C.9.E, C 1 or 2.
    public static func energy(_ c: UInt8, of period: EnergyPeriod) -> OBISCode {
        OBISCode(1, computedChannel, c, 9, period.rawValue)
    }

    /// Whether this register begins anew each day or month, as others never do.
    package var beginsAnew: Bool { b == Self.computedChannel && d == 9 }
}

/// What is told of an interval; the raw value is D of its registers (IEC 62056-61, table 13: minimum 1, last average 1,
/// maximum 1).
public enum IntervalStatistic: UInt8, Hashable, Sendable, CaseIterable {
    /// The smallest value of the interval.
    case least = 3
    /// The mean over the interval.
    case mean = 5
    /// The largest value of the interval.
    case greatest = 6

    /// C of import, export and net power, of the whole meter and its phases, of currents and voltages.
    public static let watched: [UInt8] = [1, 2, 16, 21, 22, 36, 41, 42, 56, 61, 62, 76, 31, 51, 71, 32, 52, 72]
}

/// The raw value is E of the registers.
public enum EnergyPeriod: UInt8, Hashable, Sendable, CaseIterable {
    /// Since midnight, in the meter's time.
    case today = 1
    /// The day before.
    case yesterday = 2
    /// Since the first of the month.
    case month = 3
    /// The month before.
    case lastMonth = 4
}
