import Timekeeping

/// Austrian telegrams of the Sagemcom T210-D-r: whole Wh, W, varh and var, no name of the meter.
enum AustrianTelegram {
    static func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var sheet = TelegramSheet(identification: "EST5\\253710000_A")
        sheet.add("1-3:0.2.8(50)")
        sheet.add("0-0:1.0.0(\(LocalStamp.centralEuropean(time)))")
        let reactive = registers.phases.map(\.reactivePower)
        let quantities: [(Int, Int64, Int64, String)] = [
            (1, registers.energyImport, registers.powerImport, "W"),
            (2, registers.energyExport, registers.powerExport, "W"),
            (3, registers.reactiveImport, reactive.reduce(0) { $0 + max(0, $1) }, "var"),
            (4, registers.reactiveExport, reactive.reduce(0) { $0 + max(0, -$1) }, "var"),
        ]
        for (code, energy, power, unit) in quantities {
            sheet.add("1-0:\(code).8.0", energy, 9, 0, unit + "h")
            sheet.add("1-0:\(code).8.1", energy / 3, 9, 0, unit + "h")
            sheet.add("1-0:\(code).8.2", energy - energy / 3, 9, 0, unit + "h")
            sheet.add("1-0:\(code).7.0", power, 9, 0, unit)
        }
        return sheet
    }
}

/// Hungarian telegrams: four tariffs, power factors, and a 98.1.0 that holds the registers of last month.
enum HungarianTelegram {
    static func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var sheet = TelegramSheet(identification: "SAG5SAG-METER")
        sheet.add("0-0:1.0.0(\(LocalStamp.centralEuropean(time)))")
        sheet.add("0-0:42.0.0(\(octets("SAG3082200002160")))")
        sheet.add("0-0:96.1.0(\(octets("890082200002160")))")
        sheet.add("0-0:96.14.0(0001)")
        sheet.add("0-0:96.3.10(1)")
        sheet.add("0-0:17.0.0(90.000*kW)")
        for (code, energy) in [("1-0:1.8", registers.energyImport), ("1-0:2.8", registers.energyExport)] {
            sheet.add("\(code).0", energy, 10, 3, "kWh")
            for tariff in 1...4 { sheet.add("\(code).\(tariff)", energy / 4, 10, 3, "kWh") }
        }
        for code in 3...8 { sheet.add("1-0:\(code).8.0", registers.reactiveImport, 10, 3, "kvarh") }
        sheet.add("1-0:15.8.0", registers.energyImport + registers.energyExport, 10, 3, "kWh")
        for (phase, code) in zip(registers.phases, [32, 52, 72]) {
            sheet.add("1-0:\(code).7.0", phase.decivolts, 5, 1, "V")
        }
        for (phase, code) in zip(registers.phases, [31, 51, 71]) {
            sheet.add("1-0:\(code).7.0", phase.amperes, 3, 0, "A")
        }
        for (index, code) in [13, 33, 53, 73].enumerated() { sheet.add("1-0:\(code).7.0(0.99\(index))") }
        sheet.add("1-0:14.7.0(50.00*Hz)")
        sheet.add("1-0:1.7.0", registers.powerImport, 6, 3, "kW")
        sheet.add("1-0:2.7.0", registers.powerExport, 6, 3, "kW")
        for code in 5...8 { sheet.add("1-0:\(code).7.0(00.000*kvar)") }
        for code in [31, 51, 71] { sheet.add("1-0:\(code).4.0(200.00*A)") }
        let month = (0..<6).map { _ in "(000040.777*kWh)" } + (0..<6).map { _ in "(000000.030*kvarh)" }
        sheet.add("0-0:98.1.0(230701000000S)" + month.joined() + "(03.564*kW)(02.156*kW)")
        sheet.add("0-0:96.13.0()")
        return sheet
    }
}

/// Telegrams of the EasyMeter Q3D, a German meter that is read with the same devices.
enum EasyMeterTelegram {
    static func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var sheet = TelegramSheet(identification: "ESY5Q3DA1024 V3.04")
        sheet.closing = .mark
        sheet.add("1-0:0.0.0*255(112785650)")
        sheet.add("1-0:1.8.0*255", registers.energyImport * 10_000, 16, 7, "kWh")
        sheet.add("1-0:2.8.0*255", registers.energyExport * 10_000, 16, 7, "kWh")
        for (phase, code) in zip(registers.phases, [21, 41, 61]) {
            sheet.add("1-0:\(code).7.0*255", phase.activePower * 100, 10, 2, "W")
        }
        sheet.add("1-0:1.7.0*255", (registers.powerImport - registers.powerExport) * 100, 10, 2, "W")
        sheet.add("1-0:96.5.5*255(82)")
        sheet.add("0-0:96.1.255*255(1ESY1161978345)")
        return sheet
    }
}
