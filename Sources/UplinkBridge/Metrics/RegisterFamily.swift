import MeterValues
import UplinkPayload

/// A kind of register as Prometheus wants it: in base units, counters apart from what goes up and down.
struct RegisterFamily: Sendable {
    let name: String
    let kind: MetricsPage.Kind
    let help: String
    private let unit: MeterUnit
    /// Of the base unit, in one of `unit`.
    private let factor: Int64

    private init(_ name: String, _ kind: MetricsPage.Kind, _ help: String, _ unit: MeterUnit, factor: Int64 = 1) {
        self.name = name
        self.kind = kind
        self.help = help
        self.unit = unit
        self.factor = factor
    }

    static let all = [
        Self(
            "meter_energy_joules_total", .counter, "Active energy; 3 600 000 J are 1 kWh.", .wattHour, factor: 3_600),
        Self(
            "meter_reactive_energy_var_seconds_total", .counter, "Reactive energy; 3 600 000 vars are 1 kvarh.",
            .varHour, factor: 3_600),
        Self(
            "meter_apparent_energy_voltampere_seconds_total", .counter, "Apparent energy; 3 600 000 VAs are 1 kVAh.",
            .voltAmpereHour, factor: 3_600),
        Self("meter_power_watts", .gauge, "Active power.", .watt),
        Self("meter_reactive_power_vars", .gauge, "Reactive power.", .var),
        Self("meter_apparent_power_voltamperes", .gauge, "Apparent power.", .voltAmpere),
        Self("meter_voltage_volts", .gauge, "Voltage.", .volt),
        Self("meter_current_amperes", .gauge, "Current.", .ampere),
        Self("meter_frequency_hertz", .gauge, "Frequency of the grid.", .hertz),
        Self("meter_volume_cubic_meters_total", .counter, "Gas or water.", .cubicMetre),
        Self("meter_heat_joules_total", .counter, "Heat.", .megajoule, factor: 1_000_000),
    ]

    /// Exact, in the base unit; nil for a register of another kind, and for one of an earlier billing period.
    func value(of register: BridgeStatus.RegisterStatus) -> String? {
        guard let unit = MeterUnit(symbol: register.unit), unit.dimension == self.unit.dimension,
            let code = OBISCode(register.obis), code.f == 255, kind == .gauge || isCounter(code),
            let number = FixedPoint(register.value)
        else { return nil }
        // Six decimals of a kilo-unit are three of the unit.
        let quantity = Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: unit)
        guard let value = quantity.coefficient(in: self.unit, decimals: 3, rounding: true) else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? nil : FixedPoint(coefficient: product, decimals: 3).description
    }

    /// A register that only grows: time integral 1 (IEC 62056-61: D = 8), or the index of an M-Bus meter.
    private func isCounter(_ code: OBISCode) -> Bool { code.a == 1 ? code.d == 8 : code.c == 24 && code.d == 2 }
}
