import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// Forms of numbers and stamps that meters have beside those of the standards.
@Suite struct ValueFormTests {
    private func read(_ lines: [String], _ zone: MeterTimeZone = .centralEuropean) throws -> Telegram {
        var reader = try TelegramReader(timeZone: zone)
        reader.append(Sample.telegram(lines: lines))
        reader.finish()
        while let outcome = reader.next() {
            if case .telegram(let telegram) = outcome { return telegram }
        }
        throw NoTelegram()
    }

    struct NoTelegram: Error {}

    private func time(_ stamp: String, _ zone: MeterTimeZone = .centralEuropean) throws -> String? {
        try read(["0-0:1.0.0(\(stamp))"], zone).time?.description
    }

    private static let prefixed: [(String, MeterUnit.Dimension, Int)] = [
        ("kV", .voltage, 3), ("V", .voltage, 0), ("kA", .current, 6), ("A", .current, 3), ("mA", .current, 0),
        ("kHz", .frequency, 3), ("MW", .activePower, 6), ("Mvar", .reactivePower, 6), ("MVA", .apparentPower, 6),
        ("GWh", .activeEnergy, 9), ("Mvarh", .reactiveEnergy, 6), ("MVAh", .apparentEnergy, 6), ("kJ", .heat, 0),
        ("l", .volume, 0),
    ]

    @Test func `every prefix of a unit is known, in any case, and counts in powers of ten`() throws {
        for (symbol, dimension, exponent) in Self.prefixed {
            for text in [symbol, symbol.lowercased(), symbol.uppercased()] {
                let quantity = try #require(try read(["1-0:32.7.0(0000.242*\(text))"]).quantity(.voltageL1))
                #expect(quantity.unit.dimension == dimension && quantity.unit.exponent == exponent)
                #expect(quantity.decimalString == "0.242")
            }
        }
        let kilovolts = Quantity(coefficient: 242, decimals: 3, unit: .kilovolt)
        #expect(kilovolts.coefficient(in: .volt, decimals: 1) == 2_420)
        #expect(
            Quantity(coefficient: 1_500, decimals: 0, unit: .milliampere).coefficient(in: .ampere, decimals: 2) == 150)
    }

    @Test func `blanks and signs may stand wherever a number, its unit or its stamp has an edge`() throws {
        for before in ["", " ", "  ", "\t"] {
            for sign in ["", "+", "-", "- ", "+ "] {
                for star in ["*", " *", "* ", " * ", " ", ""] {
                    for after in ["", " ", "   "] {
                        let line = "1-0:15.8.0(\(before)\(sign)00007137.694\(star)kWh\(after))"
                        let quantity = try read([line]).quantity(OBISCode(1, 0, 15, 8, 0))
                        let wanted = Quantity(
                            coefficient: sign.hasPrefix("-") ? -7_137_694 : 7_137_694, decimals: 3,
                            unit: .kilowattHour)
                        #expect(quantity == wanted, "\(line)")
                    }
                }
            }
            #expect(try time("\(before)260104162515W ") == "2026-01-04T15:25:15Z")
            #expect(try read(["0-0:96.14.0(\(before)0002 )"]).quantity(OBISCode(0, 0, 96, 14, 0))?.coefficient == 2)
        }
    }

    @Test func `blanks may stand at the beginning of a line and before the bracket`() throws {
        for code in ["1-0:15.8.0", "1-0:15.8.0*255", "15.8.0", "15.8"] {
            for before in ["", " ", "\t "] {
                for behind in ["", " ", "  "] {
                    let telegram = try read(["\(before)\(code)\(behind)(7137.694*kWh)", "1-0:1.7.0(1*kW)"])
                    #expect(telegram.quantity(OBISCode(1, 0, 15, 8, 0))?.decimalString == "7137.694")
                    #expect(telegram.oddLines == 0)
                }
            }
        }
        #expect(try read(["1-0 :15.8.0(1*kWh)", "1-0:1.7.0(1*kW)"]).oddLines == 1)
    }

    @Test func `a superscript three is one in UTF-8 and in Latin-1`() throws {
        for octets in [[0x6D, 0x33], [0x6D, 0xC2, 0xB3], [0x6D, 0xB3]] as [[UInt8]] {
            var reader = try TelegramReader()
            let text = [UInt8]("/ABC5x\r\n\r\n0-1:24.2.1(12.5*".utf8) + octets + [UInt8](")\r\n!".utf8)
            reader.append(text + [UInt8]((Sample.crc(text) + "\r\n").utf8))
            guard case .telegram(let telegram) = reader.next() else { throw NoTelegram() }
            #expect(telegram.quantity(OBISCode(0, 1, 24, 2, 1))?.unit == .cubicMetre)
        }
    }

    @Test(arguments: ["12 34", "+", "- ", "12+", "1 2*kWh", "12*k Wh", " ", "12 *", "12*kWh*"])
    func `a blank or a sign within a number is none`(value: String) throws {
        #expect(try read(["1-0:1.8.0(\(value))"]).quantity(OBISCode(1, 0, 1, 8, 0)) == nil)
    }

    @Test func `a value and its stamp may come in either order, with a season or without`() throws {
        for code in [OBISCode(1, 0, 1, 6, 0), OBISCode(0, 1, 24, 2, 1), OBISCode(1, 0, 2, 6, 0)] {
            for (stamp, time) in [
                ("260102010000", "2026-01-02T00:00:00Z"), ("260102010000W", "2026-01-02T00:00:00Z"),
                ("260702010000S", "2026-07-01T23:00:00Z"), ("260702010000", "2026-07-01T23:00:00Z"),
                ("07EA0102050100000080000000", nil), ("07EA01020501000000FFC400", "2026-01-02T00:00:00Z"),
            ] {
                for values in ["(08.796*kW)(\(stamp))", "(\(stamp))(08.796*kW)"] {
                    let object = try #require(try read(["\(code)\(values)"])[code])
                    guard let time else {
                        #expect(object.quantity == nil, "\(values)")
                        continue
                    }
                    #expect(object.quantity == Quantity(coefficient: 8_796, decimals: 3, unit: .kilowatt), "\(values)")
                    #expect(object.time?.description == time, "\(values)")
                }
            }
        }
    }

    @Test func `a stamp without a season has the one that the rule of the EU gives, but in the hours of change`() throws
    {
        // Each hour of the days around each change of the years 2024 to 2030, against the letter that a meter would print.
        for year in 2024...2030 {
            for month in [3, 10] {
                let last = CivilDate.daysIn(month: month, year: year)
                for day in last - 9...last {
                    for hour in 0...23 {
                        try check(year, month, day, hour, .centralEuropean, ahead: 1)
                        try check(year, month, day, hour, .easternEuropean, ahead: 2)
                    }
                }
            }
        }
    }

    private func check(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ zone: MeterTimeZone, ahead: Int
    ) throws {
        func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let digits = pad(year - 2_000) + pad(month) + pad(day) + pad(hour) + "3000"
        // Sunday of which no other follows in the month; weekday 0 is Monday, 2024-01-01 was one.
        let weekday = (CivilDate.daysSince1970(year: year, month: month, day: day) - 19_723) % 7
        let isLastSunday = weekday == 6 && day + 7 > CivilDate.daysIn(month: month, year: year)
        let hasPassed = isLastSunday ? hour >= ahead + (month == 3 ? 2 : 1) : false
        let sundays = (day...CivilDate.daysIn(month: month, year: year)).contains { later in
            later > day && (CivilDate.daysSince1970(year: year, month: month, day: later) - 19_723) % 7 == 6
        }
        let isAfter = hasPassed || (!isLastSunday && !sundays)
        let isSummer = month == 3 ? isAfter : !isAfter
        let isDoubtful = isLastSunday && hour == ahead + 1
        let printed = try time(digits + (isSummer ? "S" : "W"), zone)
        #expect(try time(digits, zone) == (isDoubtful ? nil : printed), "\(digits) \(zone)")
    }

    @Test(arguments: [
        // Winter and summer with their distance from UTC; not told, it is the rule's.
        ("07EA0104070F19340000FFC400", nil), ("07EA01040719190F00FFC400", nil),
        ("07EA0104070F190F00FFC400", "2026-01-04T14:25:15Z"), ("07EA0705070F3135FFFF8880", "2026-07-05T13:49:53Z"),
        ("07EA0104070F190F00800000", "2026-01-04T14:25:15Z"), ("07ea0705070f3135ff800080", "2026-07-05T13:49:53Z"),
        ("07EA0104070F190F00003C00", "2026-01-04T14:25:15Z"), ("07EA0104070F190F00000000", "2026-01-04T15:25:15Z"),
        ("07EA0104070F190FFF8000FF", "2026-01-04T14:25:15Z"), ("07EA0204FFFF190F00800000", nil),
        ("FFFFFFFFFFFFFFFFFF8000FF", nil), ("07EA0D04070F190F00800000", nil), ("07EA0104070F190F0080000", nil),
    ])
    func `a clock in COSEM octets is read by its distance from UTC, else by the rule`(stamp: String, time: String?)
        throws
    {
        #expect(try self.time(stamp) == time)
    }

    @Test(arguments: [
        // NES in Denmark, and other forms of the same.
        ("20240111 09:35:00", "2024-01-11T08:35:00Z"), ("20240711 09:35:00", "2024-07-11T07:35:00Z"),
        ("20260705154953", "2026-07-05T13:49:53Z"), ("20260705154953S", "2026-07-05T13:49:53Z"),
        ("2026-07-05 15:49:53", "2026-07-05T13:49:53Z"), ("26-07-05,15:49:53", "2026-07-05T13:49:53Z"),
        ("2026-01-05T15:49:53", "2026-01-05T14:49:53Z"), ("2026-01-05T15:49:53Z", "2026-01-05T15:49:53Z"),
        ("260705154953s", "2026-07-05T13:49:53Z"), ("260105154953w", "2026-01-05T14:49:53Z"),
        ("20261025 02:30:00", nil), ("20261025 02:30:00S", "2026-10-25T00:30:00Z"), ("20261325 02:30:00", nil),
        ("19240111 09:35:00", nil), ("2024-01-11", nil), ("20240111 09:35", nil), ("260705154953X", nil),
        ("26070515495", nil), ("2607051549531234", nil), ("", nil), ("S", nil), ("26S0705154953", nil),
    ])
    func `a clock that is written out is read`(stamp: String, time: String?) throws {
        #expect(try self.time(stamp) == time)
    }

    @Test func `a letter is believed, also against the rule`() throws {
        #expect(try time("260705154953W") == "2026-07-05T14:49:53Z")
        #expect(try time("261025023000S") == "2026-10-25T00:30:00Z")
        #expect(try time("261025023000W") == "2026-10-25T01:30:00Z")
    }
}

extension OBISCode {
    fileprivate static let voltageL1 = OBISCode(1, 0, 32, 7, 0)
}
