public import Timekeeping

/// A piece of spectrum with a duty-cycle budget of its own.
public struct SubBand: Hashable, Sendable {
    /// For messages and status.
    public let name: String
    /// Carriers in hertz.
    public let frequencies: ClosedRange<Int>
    /// Share of the time that may be spent sending, in tenths of a percent: 10 is 1 %; 1000 is no limit.
    public let dutyPermille: Int
    /// Most power in hundredths of a dBm, by the region's ``Region/powerReference``.
    public let maximumPower: Int

    /// A part of the band.
    public init(name: String, frequencies: ClosedRange<Int>, dutyPermille: Int, maximumPower: Int) {
        self.name = name
        self.frequencies = frequencies
        self.dutyPermille = dutyPermille
        self.maximumPower = maximumPower
    }

    /// The on-time that is allowed in any hour (EN 300 220-1: the observation time is one hour).
    public var hourlyLimit: TimeSpan { .milliseconds(Int64(dutyPermille) * 3_600) }
}
