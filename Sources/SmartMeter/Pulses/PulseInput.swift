public import MeterValues
public import Timekeeping

/// What one pulse of an LED or an S0 output stands for, and how it is told from noise.
public struct PulseInput: Hashable, Sendable {
    /// Pulses for one unit, as printed on the meter: 1000 for 1000 imp/kWh, 100 for 10 dm3 a pulse. At least 1.
    public let pulsesPerUnit: Int64
    /// kWh or m3.
    public let unit: MeterUnit
    /// What the meter showed when the count began; it is set on the meter's own display.
    public let start: Quantity
    /// The register that counts; 1-0:1.8.0 for energy.
    public let code: OBISCode
    /// The register of power, for energy only; 1-0:1.7.0.
    public let powerCode: OBISCode?
    /// A level that lasts for less is a bounce. An S0 output holds each level for 30 ms or more (EN 62053-31), an LED for
    /// 2 ms or more.
    public let debounce: TimeSpan

    /// Decimals of the register: Wh and dm3.
    static let decimals: UInt8 = 3

    /// - Returns: nil when `pulsesPerUnit` is not 1 to 1 000 000, or when `start` is no quantity of `unit` or negative.
    public init?(
        pulsesPerUnit: Int64, unit: MeterUnit = .kilowattHour, start: Quantity? = nil,
        code: OBISCode = OBISCode(1, 0, 1, 8, 0), powerCode: OBISCode? = OBISCode(1, 0, 1, 7, 0),
        debounce: TimeSpan = .milliseconds(20)
    ) {
        let start = start ?? Quantity(coefficient: 0, decimals: Self.decimals, unit: unit)
        guard (1...1_000_000).contains(pulsesPerUnit), unit == .kilowattHour || unit == .cubicMetre,
            let shown = start.coefficient(in: unit, decimals: Int(Self.decimals), rounding: true), shown >= 0
        else { return nil }
        self.pulsesPerUnit = pulsesPerUnit
        self.unit = unit
        self.start = Quantity(coefficient: shown, decimals: Self.decimals, unit: unit)
        self.code = code
        self.powerCode = unit == .kilowattHour ? powerCode : nil
        self.debounce = debounce
    }
}
