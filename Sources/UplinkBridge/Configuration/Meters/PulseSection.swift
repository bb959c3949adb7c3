import LinuxHardware
import MeterValues
import SmartMeter
import Timekeeping
import UplinkPayload

extension PulseConfiguration {
    init(_ table: ConfigurationTable, number: Int) throws(ConfigurationError) {
        self.number = number
        name = try table.name(default: "pulse")
        guard let line = try table.integer("line", in: 0...511) else {
            throw table.missing("line", "is missing: the number of the GPIO (gpioinfo lists them)")
        }
        pin = GPIOAddress(chip: try table.string("gpio_chip") ?? GPIOAddress.header, line: UInt32(line))
        isActiveLow = try table.choice("active", ActiveLevel.self) ?? .low == .low
        pull = try table.choice("pull", PinPull.self) ?? (isActiveLow ? .up : .down)
        saveEvery = try table.span("save_every") ?? .zero
        alarmLimits = try table.alarmLimits("alarms")
        input = try Self.input(table)
        try table.finish()
    }

    private enum ActiveLevel: String, CaseIterable {
        case low, high
    }

    private enum CountedUnit: String, CaseIterable {
        case kilowattHour = "kWh"
        case cubicMetre = "m3"
    }

    private static func input(_ table: ConfigurationTable) throws(ConfigurationError) -> PulseInput {
        guard let perUnit = try table.integer("per_unit", in: 1...1_000_000) else {
            throw table.missing("per_unit", "is missing: the pulses for one kWh or m3, as printed on the meter")
        }
        let isEnergy = try table.choice("unit", CountedUnit.self) ?? .kilowattHour == .kilowattHour
        var code = isEnergy ? OBISCode(1, 0, 1, 8, 0) : OBISCode(0, 1, 24, 2, 1)
        if let text = try table.string("obis") {
            guard let other = OBISCode(text) else {
                throw table.error("obis", "\"\(text)\" is no OBIS code: write it like \"1-0:1.8.0\"")
            }
            code = other
        }
        let unit: MeterUnit = isEnergy ? .kilowattHour : .cubicMetre
        var start = Quantity(coefficient: 0, decimals: 3, unit: unit)
        if let text = try table.number("start") {
            guard let number = FixedPoint(text), number.coefficient >= 0 else {
                throw table.error("start", "must be what the meter shows, 0 or more, this is \(text)")
            }
            start = Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: unit)
        }
        let debounce = try table.span("debounce") ?? .milliseconds(20)
        // Reed contacts bounce for milliseconds.
        guard debounce <= .seconds(1) else {
            throw table.error(
                "debounce", "must be at most 1s, this is \(debounce): shorter pulses would not be counted")
        }
        // An export meter's pulses are power that is fed in.
        let power: OBISCode? =
            switch (code.a, code.c, code.d) {
            case (1, 1...2, 8): OBISCode(1, code.b, code.c, 7, 0)
            default: nil
            }
        guard
            let input = PulseInput(
                pulsesPerUnit: Int64(perUnit), unit: unit, start: start, code: code, powerCode: power,
                debounce: debounce)
        else { throw table.error("start", "is too large") }
        return input
    }
}
