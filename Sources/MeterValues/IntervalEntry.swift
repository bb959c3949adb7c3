/// What a register showed at the boundary of a quarter-hour.
///
/// The energy of a quarter-hour is the difference of two entries with the same series and with numbers that follow each
/// other. Where a boundary has no entry, nobody knows what the register showed: the quarter-hours on both of its sides
/// are gaps, and their sum is the difference of the entries around them.
public struct IntervalEntry: Hashable, Sendable, Codable {
    /// Of when the value is.
    public let boundary: QuarterHour
    /// In Wh, varh, VAh, dm3 or MJ, by the register's dimension (see ``RegisterScale``).
    public let value: Int64
    /// Goes up when the register begins anew: another meter, or a register that ran backwards. Values of different
    /// series have nothing to do with each other.
    public let series: UInt32

    /// An entry of a register's history.
    public init(boundary: QuarterHour, value: Int64, series: UInt32) {
        self.boundary = boundary
        self.value = value
        self.series = series
    }
}

/// The whole units in which registers are kept.
public enum RegisterScale {
    /// Wh, varh, VAh, dm3 or MJ; nil for what is no register of energy or volume.
    public static func unit(of dimension: MeterUnit.Dimension) -> MeterUnit? {
        switch dimension {
        case .activeEnergy: .wattHour
        case .reactiveEnergy: .varHour
        case .apparentEnergy: .voltAmpereHour
        case .volume: .cubicDecimetre
        case .heat: .megajoule
        default: nil
        }
    }

    /// The register in whole units; what is finer is rounded.
    public static func value(of quantity: Quantity) -> Int64? {
        guard let unit = unit(of: quantity.unit.dimension) else { return nil }
        return quantity.coefficient(in: unit, decimals: 0, rounding: true)
    }
}
