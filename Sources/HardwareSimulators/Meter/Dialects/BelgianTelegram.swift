import Timekeeping

/// Belgian telegrams (Fluvius e-MUCS P1 1.7.1): monthly peaks and their history, gas under 24.2.3.
enum BelgianTelegram {
    static func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var sheet = TelegramSheet(identification: "FLU5\\253769484_A")
        let now = LocalStamp.centralEuropean(time)
        sheet.add("0-0:96.1.4(50217)")
        sheet.add("0-0:96.1.1(\(octets("1SAG1100012605")))")
        sheet.add("0-0:1.0.0(\(now))")
        for (code, energy) in [("1-0:1.8", registers.energyImport), ("1-0:2.8", registers.energyExport)] {
            sheet.add("\(code).1", energy / 3, 10, 3, "kWh")
            sheet.add("\(code).2", energy - energy / 3, 10, 3, "kWh")
        }
        sheet.add("1-0:1.4.0", registers.powerImport, 6, 3, "kW")
        sheet.add("1-0:1.6.0(\(now))", registers.powerImport + 1_000, 6, 3, "kW")
        sheet.add(
            "0-0:98.1.0(2)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)"
                + "(200401000000S)(200305122139W)(05.980*kW)")
        sheet.add("0-0:96.14.0(0001)")
        sheet.add("1-0:1.7.0", registers.powerImport, 6, 3, "kW")
        sheet.add("1-0:2.7.0", registers.powerExport, 6, 3, "kW")
        for (phase, code) in zip(registers.phases, [21, 41, 61]) {
            sheet.add("1-0:\(code).7.0", max(0, phase.activePower), 6, 3, "kW")
        }
        for (phase, code) in zip(registers.phases, [32, 52, 72]) {
            sheet.add("1-0:\(code).7.0", phase.decivolts, 5, 1, "V")
        }
        for (phase, code) in zip(registers.phases, [31, 51, 71]) {
            sheet.add("1-0:\(code).7.0", phase.amperes * 100, 6, 2, "A")
        }
        sheet.add("0-0:96.3.10(1)")
        sheet.add("0-0:17.0.0(999.9*kW)")
        sheet.add("1-0:31.4.0(999*A)")
        sheet.add("0-0:96.13.0()")
        for (index, channel) in registers.channels.enumerated() {
            let number = index + 1
            sheet.add("0-\(number):24.1.0(\(digits(channel.medium.rawValue, 3)))")
            sheet.add("0-\(number):96.1.1(\(octets(channel.identifier)))")
            if channel.medium == .gas { sheet.add("0-\(number):24.4.0(1)") }
            sheet.add(
                "0-\(number):24.2.\(channel.medium == .gas ? 3 : 1)(\(now))", channel.value, 9, 3,
                channel.medium == .heat ? "GJ" : "m3")
        }
        return sheet
    }
}
