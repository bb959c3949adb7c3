import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// Registers that follow from those that a meter prints.
@Suite struct DerivedRegisterTests {
    private func reading(_ lines: [String]) throws -> Reading {
        try TariffTotalTests().reading(lines)
    }

    private func quantity(_ code: String, in lines: [String]) throws -> String? {
        let code = try #require(OBISCode(code))
        return try reading(lines).quantities[code]?.description
    }

    @Test func `electricity under 1-1 counts as that under 1-0, totals and net power with it`() throws {
        let lines = [
            "1-1:1.8.1(000100.500*kWh)", "1-1:1.8.2(000200.250*kWh)", "1-1:1.7.0(01.500*kW)", "1-1:2.7.0(00.250*kW)",
            "1-1:32.7.0(230.1*V)",
        ]
        #expect(try quantity("1-0:1.8.0", in: lines) == "300.750 kWh")
        #expect(try quantity("1-0:1.8.2", in: lines) == "200.250 kWh")
        #expect(try quantity("1-0:16.7.0", in: lines) == "1.250 kW")
        #expect(try quantity("1-0:32.7.0", in: lines) == "230.1 V")
        #expect(try quantity("1-1:1.8.1", in: lines) == "100.500 kWh")
    }

    @Test func `what stands under 1-0 is not touched by 1-1, and other channels are not electricity of the house`()
        throws
    {
        let lines = ["1-1:1.8.0(1*kWh)", "1-0:1.8.0(2*kWh)", "1-2:2.8.0(3*kWh)"]
        #expect(try quantity("1-0:1.8.0", in: lines) == "2 kWh")
        #expect(try quantity("1-0:2.8.0", in: lines) == nil)
    }

    @Test func `net power is import less export, of the meter and of each phase, where both are known`() throws {
        for (imported, exported, net) in [(1, 2, 16), (21, 22, 36), (41, 42, 56), (61, 62, 76)] {
            let both = ["1-0:\(imported).7.0(13.000*kW)", "1-0:\(exported).7.0(14.250*kW)"]
            #expect(try quantity("1-0:\(net).7.0", in: both) == "-1.250 kW")
            #expect(try quantity("1-128:\(exported).7.0", in: both) == "1.250 kW")
            let drawn = ["1-0:\(imported).7.0(2500*W)", "1-0:\(exported).7.0(00.040*kW)"]
            #expect(try quantity("1-0:\(net).7.0", in: drawn) == "2460 W")
            #expect(try quantity("1-128:\(exported).7.0", in: drawn) == "0 W")
            #expect(try quantity("1-0:\(net).7.0", in: [both[0]]) == nil)
            #expect(try quantity("1-128:\(exported).7.0", in: [both[1]]) == nil)
        }
        #expect(
            try quantity("1-0:16.7.0", in: ["1-0:16.7.0(-00.500*kW)", "1-0:1.7.0(1*kW)", "1-0:2.7.0(2*kW)"])
                == "-0.500 kW")
    }

    @Test func `watts beside kilowatts are subtracted exactly, either way round`() throws {
        #expect(try quantity("1-0:16.7.0", in: ["1-0:1.7.0(00.001*kW)", "1-0:2.7.0(2*W)"]) == "-0.001 kW")
        #expect(try quantity("1-0:16.7.0", in: ["1-0:1.7.0(1*kW)", "1-0:2.7.0(250*W)"]) == "0.750 kW")
        #expect(try quantity("1-0:16.7.0", in: ["1-0:1.7.0(1*kW)", "1-0:2.7.0(250*V)"]) == nil)
    }

    @Test(arguments: [
        (3, "7-0:3.0.0", "m3"), (7, "8-0:1.0.0", "m3"), (22, "8-0:1.0.0", "m3"), (6, "9-0:1.0.0", "m3"),
        (21, "9-0:1.0.0", "m3"), (4, "6-0:1.0.0", "GJ"), (12, "6-0:1.0.0", "MWh"), (13, "6-0:1.0.0", "GJ"),
        (10, "5-0:1.0.0", "GJ"), (11, "5-0:1.0.0", "GJ"),
    ])
    func `an M-Bus meter is known by its medium on every channel`(type: Int, code: String, unit: String) throws {
        for channel in 1...8 {
            for register in ["24.2.1", "24.2.3"] {
                let lines = [
                    "0-0:1.0.0(260104162515W)", "0-\(channel):24.1.0(00\(type))",
                    "0-\(channel):\(register)(260104160000W)(00123.456*\(unit))",
                ]
                #expect(try quantity(code, in: lines) == "123.456 \(unit)")
                let heard = try reading(lines).ownTimes[try #require(OBISCode(code))]
                #expect(heard?.description == "2026-01-04T15:00:00Z")
            }
        }
        #expect(try quantity(code, in: ["0-1:24.2.1(260104160000W)(00123.456*\(unit))"]) == nil)
    }

    @Test func `two meters of one medium have places in the order of their channels, dead ones behind`() throws {
        let clock = "0-0:1.0.0(260104162515W)"
        let live = [
            "0-1:24.1.0(003)", "0-1:24.2.1(260104160000W)(1*m3)", "0-3:24.1.0(003)", "0-3:24.2.1(260104155500W)(3*m3)",
        ]
        #expect(try quantity("7-0:3.0.0", in: [clock] + live) == "1 m3")
        #expect(try quantity("7-1:3.0.0", in: [clock] + live) == "3 m3")
        for dead in ["(632525252525W)(00000.000)", "(251004160000W)(1*m3)", "(632525252525S)(1*m3)"] {
            let lines = [clock, "0-1:24.1.0(003)", "0-1:24.2.1\(dead)", live[2], live[3]]
            #expect(try quantity("7-0:3.0.0", in: lines) == "3 m3", "\(dead)")
        }
    }

    @Test func `the peaks of the last months are registers, the newest first, with their mean`() throws {
        let history =
            "0-0:98.1.0(3)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)(200601000000S)"
            + "(200520192538S)(05.980*kW)(200701000000S)(200616192538S)(04.318*kW)"
        let reading = try reading([history])
        let peaks: [String?] = (1...4).map { reading.quantities[OBISCode(1, 0, 1, 6, 0, $0)]?.description }
        #expect(peaks == ["4.318 kW", "5.980 kW", "3.695 kW", nil])
        #expect(reading.ownTimes[OBISCode(1, 0, 1, 6, 0, 1)]?.description == "2020-06-16T17:25:38Z")
        #expect(reading.quantities[OBISCode(1, 128, 1, 6, 13)]?.description == "4.664 kW")
    }

    @Test func `thirteen peaks are kept of more, in either order and with the value at any place`() throws {
        func month(_ number: Int) -> String { "2\(number / 12)\(number % 12 < 9 ? "0" : "")\(number % 12 + 1)" }
        for order in [Array(0..<15), (0..<15).reversed()] {
            for layout in ["(E)(T)(V*kW)", "(V*kW)(E)(T)", "(E)(V*kW)(T)"] {
                let groups = order.map { number in
                    layout.replacing("E", with: "\(month(number))01000000W").replacing(
                        "T", with: "\(month(number))01001500"
                    )
                    .replacing("V", with: "0\(number / 10)\(number % 10).000")
                }
                let reading = try reading(["0-0:98.1.0(15)(1-0:1.6.0)(1-0:1.6.0)" + groups.joined()])
                let peaks: [Int64?] = (1...15).map { reading.quantities[OBISCode(1, 0, 1, 6, 0, $0)]?.coefficient }
                let wanted: [Int64?] = (0..<13).map { (14 - $0) * 1_000 } + [nil, nil]
                #expect(peaks == wanted)
                #expect(reading.quantities[OBISCode(1, 128, 1, 6, 13)]?.description == "8.000 kW")
            }
        }
    }

    @Test(arguments: [
        "(0)(1-0:1.6.0)(1-0:1.6.0)", "()", "(2)(1-0:1.8.0)(1-0:1.8.0)(200501000000S)(200423192538S)(03.695*kW)",
        "(1)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(03.695*kW)",
        "(1)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kWh)",
        "(230401000000S)(000123.456*kWh)(000001.000*kWh)",
    ])
    func `another list under the same code gives no peaks`(values: String) throws {
        let reading = try reading(["0-0:98.1.0\(values)"])
        #expect(reading.quantities.keys.allSatisfy { $0.c != 1 })
    }

    @Test func `names, messages and limits of current are the texts of a reading`() throws {
        let reading = try reading([
            "0-0:96.13.0(48656C6C6F)", "0-0:96.13.2()", "0-0:96.1.1(4142)", "0-1:96.1.0(474153)",
            "1-1:31.4.0(100*A)(-063*A)",
            "1-0:1.8.0(kaputt)",
        ])
        let wanted: [OBISCode: String] = [
            OBISCode(0, 0, 96, 13, 0): "Hello", OBISCode(0, 0, 96, 1, 1): "AB", OBISCode(0, 1, 96, 1, 0): "GAS",
            OBISCode(1, 1, 31, 4, 0): "(100*A)(-063*A)",
        ]
        #expect(reading.texts == wanted)
    }
}
