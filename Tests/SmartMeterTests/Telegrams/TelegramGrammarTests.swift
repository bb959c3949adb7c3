import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

@Suite struct TelegramGrammarTests {
    private func read(_ lines: String...) throws -> Telegram {
        try #require(try outcomes(of: Sample.telegram(lines: lines)).telegrams.first)
    }

    @Test(arguments: [
        ("1-0:1.8.0(000025.653*kWh)", "25.653", "kWh"), ("1-0:1.8.0(006545766*Wh)", "6545766", "Wh"),
        ("1-0:3.7.0(00.001*kVAr)", "0.001", "kvar"), ("1-0:32.7.0(229.9V)", "229.9", "V"),
        ("1-0:13.7.0(-0.987)", "-0.987", nil), ("0-1:24.2.1(00012.345*m\u{B3})", "12.345", "m3"),
        ("1-0:1.8.0*255(1*kWh)", "1", "kWh"), ("0-0:96.7.21(00099)", "99", nil), ("0-0:96.14.0(0002)", "2", nil),
        ("1-0:1.8.0(999999999999.999999*kWh)", "999999999999.999999", "kWh"),
    ])
    func `a number keeps its digits and its unit`(line: String, value: String, unit: String?) throws {
        let object = try #require(try read(line).objects.first)
        #expect(object.valueString == value)
        #expect(object.unitSymbol == unit)
        #expect(object.quantity != nil)
    }

    @Test(arguments: [
        ("0-0:42.0.0(53414731303330373930303032353734)", "SAG1030790002574"), ("0-0:96.13.0()", ""),
        ("0-0:96.1.1(3960221976967177082151037881335713)", "3960221976967177082151037881335713"),
        ("0-0:96.1.4(50217)", "50217"), ("1-3:0.2.8(42)", "42"), ("0-0:96.13.0(4C C3)", "4C C3"),
        ("0-0:96.13.0(C3A9)", "é"), ("0-0:96.13.0(FFFE)", "FFFE"), ("1-0:1.8.0(12.5*furlong)", "12.5*furlong"),
        ("1-0:1.8.0(1234567890123456789*kWh)", "1234567890123456789*kWh"), ("0-1:1.2.3(abc)", "abc"),
        ("1-0:1.8.0(-*kWh)", "-*kWh"), ("1-0:1.8.0(.)", "."), ("1-0:1.8.0(kWh)", "kWh"),
    ])
    func `a text is shown in characters where it has some, else as printed`(line: String, value: String) throws {
        let object = try #require(try read(line).objects.first)
        #expect(object.value == .text(value))
        #expect(object.valueString == value)
        #expect(object.unitSymbol == nil && object.quantity == nil)
    }

    @Test(arguments: [
        ("200706104157S", "2020-07-06T08:41:57Z"), ("261122233559W", "2026-11-22T22:35:59Z"),
        ("240229000000W", "2024-02-28T23:00:00Z"), ("251026020000S", "2025-10-26T00:00:00Z"),
        ("251026020000W", "2025-10-26T01:00:00Z"),
    ])
    func `a stamp is local time, S two hours before UTC and W one`(stamp: String, time: String) throws {
        let telegram = try read("0-0:1.0.0(\(stamp))")
        #expect(telegram.time?.description == time)
        #expect(telegram.objects.first?.valueString == time)
    }

    @Test(arguments: [
        "632525252525S", "700101010000W", "000101000001W", "000000000000W", "250229120000W", "250229120000",
        "161030023000", "160327023000",
        "251301000000W", "250101240000W", "", "25010112000W", "XX0101120000W",
    ])
    func `a stamp that means never, or no date at all, is absent`(stamp: String) throws {
        let telegram = try read("0-0:1.0.0(\(stamp))", "0-1:24.2.1(\(stamp))(00001.500*m3)")
        #expect(telegram.time == nil)
        #expect(telegram[OBISCode(0, 0, 1, 0, 0)]?.valueString == stamp)
        #expect(telegram.reading(receivedAt: Sample.time).time == Sample.time)
        #expect(telegram[OBISCode(0, 1, 24, 2, 1)]?.time == nil)
    }

    @Test func `an M-Bus value has its own time`() throws {
        let telegram = try read("0-1:24.2.1(200706103140S)(00000.006*m3)", "1-0:1.6.0(200509134558S)(02.589*kW)")
        let gas = try #require(telegram[OBISCode(0, 1, 24, 2, 1)])
        #expect(gas.time?.description == "2020-07-06T08:31:40Z")
        #expect(gas.quantity == Quantity(coefficient: 6, decimals: 3, unit: .cubicMetre))
        #expect(telegram.quantity(OBISCode(1, 0, 1, 6, 0))?.description == "2.589 kW")
    }

    @Test func `a dead channel is a number without unit and without time`() throws {
        let telegram = try read("0-2:24.2.1(632525252525S)(00000.000)", "0-1:24.2.1(700101010000W)(00000000)")
        for code in [OBISCode(0, 2, 24, 2, 1), OBISCode(0, 1, 24, 2, 1)] {
            let object = try #require(telegram[code])
            #expect(object.quantity?.unit == MeterUnit.none && object.quantity?.coefficient == 0)
            #expect(object.time == nil)
        }
    }

    @Test func `gas on two lines, as in DSMR 2.2, is found under the code of later versions`() throws {
        let text =
            "/ISk5\\2MT382-1004\r\n\r\n0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00001.001)\r\n0-1:24.4.0(1)\r\n!\r\n"
        let telegram = try #require(try outcomes(of: [UInt8](text.utf8)).telegrams.first)
        #expect(telegram.checksum == .absent)
        #expect(telegram.quantity(OBISCode(0, 1, 24, 2, 1))?.description == "1.001 m3")
        #expect(telegram[OBISCode(0, 1, 24, 3, 0)]?.raw == "(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)")
        #expect(telegram.quantity(OBISCode(0, 1, 24, 4, 0))?.coefficient == 1)
        #expect(telegram.objects.count == 3)
    }

    @Test(arguments: [
        "(3)(0-0:96.7.19)(000104180320W)(0000237126*s)(000101000001W)(2147583646*s)", "(0)(0-0:96.7.19)",
        "(100*A)(-063*A)", "()()",
    ])
    func `several values are a list, kept as printed`(values: String) throws {
        let object = try #require(try read("1-0:99.97.0\(values)").objects.first)
        #expect(object.value == .list(values))
        #expect(object.quantity == nil)
    }

    @Test func `an odd line costs only itself`() throws {
        let telegram = try read(
            "1-0:1.8.0(000025.653*kWh)", "nonsense", "1-0:999.8.0(1)", "(00001.001)", "1-0:2.8.0", "0-0:C.1.0(1)",
            "1-0:1.8(1)", "1-0:3.8.0(12", "1-0:2.8.0(000000.040*kWh) trailing")
        #expect(telegram.quantity(OBISCode(1, 0, 1, 8, 0))?.decimalString == "25.653")
        #expect(telegram.quantity(OBISCode(1, 0, 2, 8, 0))?.decimalString == "0.040")
        #expect(telegram.oddLines == 6)
    }

    @Test func `a value that is missing is a text without characters, not zero`() throws {
        let telegram = try read("1-0:1.8.0()", "1-0:2.8.0(*kWh)")
        #expect(telegram.quantity(OBISCode(1, 0, 1, 8, 0)) == nil)
        #expect(telegram[OBISCode(1, 0, 1, 8, 0)]?.value == .text(""))
        #expect(telegram.quantity(OBISCode(1, 0, 2, 8, 0)) == nil)
    }

    @Test func `an unknown code is kept like any other`() throws {
        let telegram = try read("7-3:200.201.202*7(00012.5*kWh)")
        #expect(telegram.quantity(OBISCode(7, 3, 200, 201, 202, 7))?.description == "12.5 kWh")
    }

    @Test func `the first of two objects with one code counts`() throws {
        let telegram = try read("1-0:1.8.0(1*kWh)", "1-0:1.8.0(2*kWh)")
        #expect(telegram.quantity(OBISCode(1, 0, 1, 8, 0))?.coefficient == 1)
        let reading = telegram.reading(receivedAt: Sample.time)
        #expect(reading.quantities[OBISCode(1, 0, 1, 8, 0)]?.coefficient == 1)
        #expect(telegram.objects.count == 2)
    }

    @Test func `a meter is named by its device name, else its serial number, else its system title`() throws {
        #expect(try read("0-0:96.1.1(41)", "0-0:42.0.0(42)").meterIdentifier == "B")
        #expect(try read("0-0:96.1.1(41)").meterIdentifier == "A")
        #expect(try read("1-0:1.8.0(1*kWh)").meterIdentifier == nil)
        var sealer = try FrameSealer(key: Sample.key())
        let frame = sealer.seal(Sample.telegram(lines: ["1-0:1.8.0(1*kWh)"]))
        let keys = try MeterKeys(encryptionKey: Sample.key())
        #expect(try outcomes(of: frame, keys: keys).telegrams.first?.meterIdentifier == "SAG1030700331421")
        #expect(SystemTitle([UInt8]("SYSTEMID".utf8)).description == "SYSTEMID")
        #expect(SystemTitle([0, 1, 2, 3, 4, 5, 6, 255]).description == "00010203040506ff")
    }

    @Test func `units are recognised in any mixture of cases`() {
        for unit in MeterUnit.allCases where unit != .none {
            #expect(MeterUnit(symbol: unit.symbol) == unit)
            #expect(MeterUnit(symbol: unit.symbol.uppercased()) == unit)
        }
        for odd in ["", "k", "kWhh", "kilowatthour", "\u{0}kWh"] { #expect(MeterUnit(symbol: odd) == nil) }
    }
}
