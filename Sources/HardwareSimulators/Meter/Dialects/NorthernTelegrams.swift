import Timekeeping

/// Swedish telegrams: the winter letter all year, `kVAr`, no name of the meter.
enum SwedishTelegram {
    static func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var sheet = TelegramSheet(identification: "ELL5\\253833635_A")
        sheet.add("0-0:1.0.0(\(LocalStamp.winterOnly(time)))")
        sheet.add("1-0:1.8.0", registers.energyImport, 12, 3, "kWh")
        sheet.add("1-0:2.8.0", registers.energyExport, 12, 3, "kWh")
        sheet.add("1-0:3.8.0", registers.reactiveImport, 12, 3, "kVArh")
        sheet.add("1-0:4.8.0", registers.reactiveExport, 12, 3, "kVArh")
        sheet.add("1-0:1.7.0", registers.powerImport, 8, 3, "kW")
        sheet.add("1-0:2.7.0", registers.powerExport, 8, 3, "kW")
        let reactive = registers.phases.map(\.reactivePower)
        sheet.add("1-0:3.7.0", reactive.reduce(0) { $0 + max(0, $1) }, 8, 3, "kVAr")
        sheet.add("1-0:4.7.0", reactive.reduce(0) { $0 + max(0, -$1) }, 8, 3, "kVAr")
        for (phase, code) in zip(registers.phases, [21, 41, 61]) {
            sheet.add("1-0:\(code).7.0", max(0, phase.activePower), 8, 3, "kW")
            sheet.add("1-0:\(code + 1).7.0", max(0, -phase.activePower), 8, 3, "kW")
        }
        for (phase, code) in zip(registers.phases, [32, 52, 72]) {
            sheet.add("1-0:\(code).7.0", phase.decivolts, 5, 1, "V")
        }
        for (phase, code) in zip(registers.phases, [31, 51, 71]) {
            sheet.add("1-0:\(code).7.0", phase.amperes * 10, 5, 1, "A")
        }
        return sheet
    }
}

/// Lithuanian telegrams: Eastern European time, four tariffs, numbers with a sign.
enum LithuanianTelegram {
    static func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var sheet = TelegramSheet(identification: "ISK5\\2M550T-1012")
        sheet.add("1-3:0.2.8(50)")
        sheet.add("0-0:1.0.0(\(LocalStamp.easternEuropean(time)))")
        sheet.add("0-0:96.1.1(\(octets("LT0000012345")))")
        for (code, energy) in [("1-0:1.8", registers.energyImport), ("1-0:2.8", registers.energyExport)] {
            sheet.add("\(code).0", energy, 10, 3, "kWh")
            for tariff in 1...4 as ClosedRange<Int64> { sheet.add("\(code).\(tariff)", energy / 4, 10, 3, "kWh") }
        }
        sheet.add("1-0:1.7.0", registers.powerImport, 6, 3, "kW")
        sheet.add("1-0:2.7.0", registers.powerExport, 6, 3, "kW")
        sheet.add("1-0:13.7.0(-0.987)")
        sheet.add("1-0:16.24.0", registers.powerImport - registers.powerExport, 7, 3, "kW")
        for (phase, code) in zip(registers.phases, [32, 52, 72]) {
            sheet.add("1-0:\(code).7.0", phase.decivolts, 5, 1, "V")
        }
        sheet.add("1-0:14.7.0(50.01*Hz)")
        sheet.add("0-0:96.13.0()")
        return sheet
    }
}
