import ConfigurationText
package import HardwareInterfaces
import MeterValues
package import SmartMeter
package import Timekeeping
package import UplinkPayload

/// A meter that is counted by the pulses of its LED or its S0 output.
package struct PulseConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    package var number: Int
    package var name: String
    package var source: PulseSource
    /// A pulse pulls the pin to ground.
    package var isActiveLow: Bool
    package var pull: PinPull
    package var input: PulseInput
    /// How long a count may wait to be stored; zero for each pulse at once.
    package var saveEvery: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    package var alarmLimits: [AlarmLimit: Int]
}

extension PulseConfiguration {
    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, number: Int) {
        self.number = number
        name = table.name(default: "pulse")
        let source = Self.source(table)
        isActiveLow = table.choice("active", ActiveLevel.self) ?? .low == .low
        pull = table.choice("pull", PinPull.self) ?? (isActiveLow ? .up : .down)
        saveEvery = table.span("save_every") ?? .zero
        if saveEvery > .hours(1) {
            table.refuse(
                "save_every", "must be at most 1h, this is \(saveEvery): a power cut would lose as many pulses")
        }
        alarmLimits = table.alarmLimits("alarms")
        let input = Self.input(table)
        table.finish()
        guard let source, let input else { return nil }
        self.source = source
        self.input = input
    }

    private static func source(_ table: ConfigurationTable) -> PulseSource? {
        let chip = table.string("gpio_chip") ?? GPIOAddress.header
        guard !table.isText("line") else {
            guard let text = table.string("line") else { return nil }
            if text == "simulated" { return .simulated }
            if Int(text) == nil { return .recording(text) }
            table.refuse(
                "line",
                "must be the number of the GPIO without quotes, \"simulated\", or a file of time stamps, this is "
                    + "\"\(text.shortened)\"")
            return nil
        }
        guard let line = table.integer("line", in: 0...511) else {
            table.missing("line", "is missing: the number of the GPIO (gpioinfo lists them), or \"simulated\"")
            return nil
        }
        return .pin(GPIOAddress(chip: chip, line: UInt32(line)))
    }

    private enum ActiveLevel: String, CaseIterable {
        case low, high
    }

    private enum CountedUnit: String, CaseIterable {
        case kilowattHour = "kWh"
        case cubicMetre = "m3"

        var unit: MeterUnit { self == .kilowattHour ? .kilowattHour : .cubicMetre }
        var register: OBISCode { self == .kilowattHour ? OBISCode(1, 0, 1, 8, 0) : OBISCode(0, 1, 24, 2, 1) }
    }

    private static func input(_ table: ConfigurationTable) -> PulseInput? {
        let perUnit = table.integer("per_unit", in: 1...1_000_000)
        if perUnit == nil {
            table.missing("per_unit", "is missing: the pulses for one kWh or m3, as printed on the meter")
        }
        let counted = table.choice("unit", CountedUnit.self) ?? .kilowattHour
        let code = register(table) ?? counted.register
        let start = start(table, counted.unit)
        let debounce = debounce(table)
        // An export meter's pulses are power that is fed in.
        let power: OBISCode? =
            switch (code.a, code.c, code.d) {
            case (1, 1...2, 8): OBISCode(1, code.b, code.c, 7, 0)
            default: nil
            }
        guard let perUnit, let start else { return nil }
        let input = PulseInput(
            pulsesPerUnit: Int64(perUnit), unit: counted.unit, start: start, code: code, powerCode: power,
            debounce: debounce)
        if input == nil { table.refuse("start", "is too large") }
        return input
    }

    private static func register(_ table: ConfigurationTable) -> OBISCode? {
        guard let text = table.string("obis") else { return nil }
        if let code = OBISCode(text) { return code }
        table.refuse("obis", "\"\(text.shortened)\" is no OBIS code: write it like \"1-0:1.8.0\"")
        return nil
    }

    /// - Returns: 0 when it is left out, nil when it was refused.
    private static func start(_ table: ConfigurationTable, _ unit: MeterUnit) -> Quantity? {
        guard let text = table.number("start") else { return Quantity(coefficient: 0, decimals: 3, unit: unit) }
        if let number = FixedPoint(text), number.coefficient >= 0 {
            return Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: unit)
        }
        table.refuse("start", "must be what the meter shows, 0 or more, this is \(text.shortened)")
        return nil
    }

    /// Reed contacts bounce for milliseconds.
    private static func debounce(_ table: ConfigurationTable) -> TimeSpan {
        let span = table.span("debounce") ?? .milliseconds(20)
        if span > .seconds(1) {
            table.refuse("debounce", "must be at most 1s, this is \(span): shorter pulses would not be counted")
        }
        return span
    }
}
