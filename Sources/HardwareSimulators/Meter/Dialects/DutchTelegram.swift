import Timekeeping

/// Dutch telegrams (DSMR P1 Companion Standard 2.2, 3.0, 4.2.2 and 5.0.2).
enum DutchTelegram {
    /// DSMR 2.2 and 3.0: no clock, no checksum, gas on two lines.
    static func old(_ registers: MeterRegisters, at time: UTCInstant, version: Int) -> TelegramSheet {
        var sheet = TelegramSheet(identification: version == 2 ? "ISk5\\2MT382-1004" : "ISk5\\2MT382-1000")
        sheet.closing = .mark
        sheet.add("0-0:96.1.1(\(octets("K8EG004046395507")))")
        addTariffs(registers, to: &sheet, width: 9)
        sheet.add("0-0:96.14.0(0002)")
        sheet.add("1-0:1.7.0", registers.powerImport / 10, 7, 2, "kW")
        sheet.add("1-0:2.7.0", registers.powerExport / 10, 7, 2, "kW")
        sheet.add(version == 2 ? "0-0:17.0.0(0999.00*kW)" : "0-0:17.0.0(016*A)")
        sheet.add("0-0:96.3.10(1)")
        sheet.add("0-0:96.13.1(\(version == 2 ? "" : octets("12345678")))")
        sheet.add("0-0:96.13.0()")
        for (index, channel) in registers.channels.prefix(1).enumerated() {
            let number = index + 1
            let hour = LocalStamp.centralEuropean(heard(time)).dropLast()
            sheet.add("0-\(number):24.1.0(\(channel.medium.rawValue))")
            sheet.add("0-\(number):96.1.0(\(octets(channel.identifier)))")
            sheet.add("0-\(number):24.3.0(\(hour))(00)(60)(1)(0-\(number):24.2.1)(m3)")
            var value = digits(channel.value, 8)
            value.insert(".", at: value.index(value.endIndex, offsetBy: -3))
            sheet.add("(\(value))")
            sheet.add("0-\(number):24.4.0(1)")
        }
        return sheet
    }

    /// DSMR 4.2 and 5.0.
    static func new(_ registers: MeterRegisters, at time: UTCInstant, version: Int) -> TelegramSheet {
        var sheet = TelegramSheet(identification: version == 42 ? "KFM5KAIFA-METER" : "Ene5\\T210-D ESMR5.0")
        sheet.add("1-3:0.2.8(\(version))")
        sheet.add("0-0:1.0.0(\(LocalStamp.centralEuropean(time)))")
        sheet.add("0-0:96.1.1(\(octets("E0047000037495517")))")
        addTariffs(registers, to: &sheet, width: 10)
        sheet.add("0-0:96.14.0(0002)")
        sheet.add("1-0:1.7.0", registers.powerImport, 6, 3, "kW")
        sheet.add("1-0:2.7.0", registers.powerExport, 6, 3, "kW")
        sheet.add("0-0:96.7.21(00015)")
        sheet.add("0-0:96.7.9(00007)")
        sheet.add(
            version == 42
                ? "1-0:99.97.0(2)(0-0:96.7.19)(160904180320W)(0000237126*s)(000101000001W)(2147583646*s)"
                : "1-0:99.97.0()")
        for event in [32, 36] {
            for phase in [32, 52, 72] { sheet.add("1-0:\(phase).\(event).0(00000)") }
        }
        if version == 42 { sheet.add("0-0:96.13.1()") }
        sheet.add("0-0:96.13.0()")
        if version == 50 {
            for (phase, code) in zip(registers.phases, [32, 52, 72]) {
                sheet.add("1-0:\(code).7.0", phase.decivolts, 5, 1, "V")
            }
        }
        for (phase, code) in zip(registers.phases, [31, 51, 71]) {
            sheet.add("1-0:\(code).7.0", phase.amperes, 3, 0, "A")
        }
        for (phase, code) in zip(registers.phases, [21, 41, 61]) {
            sheet.add("1-0:\(code).7.0", max(0, phase.activePower), 6, 3, "kW")
            sheet.add("1-0:\(code + 1).7.0", max(0, -phase.activePower), 6, 3, "kW")
        }
        for (index, channel) in registers.channels.enumerated() {
            let number = index + 1
            sheet.add("0-\(number):24.1.0(\(digits(channel.medium.rawValue, 3)))")
            sheet.add("0-\(number):96.1.0(\(octets(channel.identifier)))")
            sheet.add(
                "0-\(number):24.2.1(\(LocalStamp.centralEuropean(heard(time))))", channel.value, 9, 3,
                channel.medium == .heat ? "GJ" : "m3")
        }
        return sheet
    }

    /// A third of the energy was drawn at the low tariff.
    private static func addTariffs(_ registers: MeterRegisters, to sheet: inout TelegramSheet, width: Int) {
        for (code, energy) in [("1-0:1.8", registers.energyImport), ("1-0:2.8", registers.energyExport)] {
            sheet.add("\(code).1", energy / 3, width, 3, "kWh")
            sheet.add("\(code).2", energy - energy / 3, width, 3, "kWh")
        }
    }

    /// M-Bus meters are heard once an hour.
    private static func heard(_ time: UTCInstant) -> UTCInstant {
        UTCInstant(secondsSince1970: time.secondsSince1970 / 3_600 * 3_600)
    }
}
