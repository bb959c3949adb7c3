import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// Texts with short codes, as meters in Germany, Switzerland and Slovenia print them (IEC 62056-21).
@Suite struct ModeDTests {
    private static let lines = [
        "F.F(00000000)", "0.0.0(00123456)", "0.9.1(134953)", "0.9.2(260705)", "1.8.0(0012345.678*kWh)",
        "1.6.1(03.45*kW)(2601151230)", "C.1.1(        )", "32.7(230*V)",
    ]

    /// Between STX and ETX with its block check, which is counted here character by character.
    private static func block(_ lines: [String] = lines, header: String = "LGZ4ZMF100AC.M26") -> [UInt8] {
        let data = [UInt8]((lines.map { $0 + "\r\n" }.joined() + "!\r\n\u{3}").utf8)
        return [UInt8]("/\(header)\r\n\u{2}".utf8) + data + [data.reduce(0, ^)]
    }

    private static func text(_ lines: [String] = lines, header: String = "ESY5Q3DA1024 V3.04") -> [UInt8] {
        [UInt8](("/\(header)\r\n\r\n" + lines.map { $0 + "\r\n" }.joined() + "!\r\n").utf8)
    }

    @Test(arguments: Pieces.allCases)
    func `a block check is part of its telegram, and the next one is found behind it`(pieces: Pieces) throws {
        for length in 1...Self.lines.count {
            let block = Self.block(Array(Self.lines.suffix(length)))
            for stream in [block, TextProofTests.withParity(block)] {
                let found = try outcomes(of: stream + stream + stream, pieces: pieces)
                #expect(found.telegrams.count == 3 && found.problems.isEmpty, "\(found.problems)")
                #expect(found.telegrams.allSatisfy { $0.checksum != .absent })
            }
        }
    }

    @Test func `one damaged character between STX and the check refuses a telegram, and only that one`() throws {
        let block = Self.block()
        let start = try #require(block.firstIndex(of: 2)) + 1
        let bang = try #require(block.lastIndex(of: UInt8(ascii: "!")))
        for place in start..<block.count {
            for bit in [0x01, 0x04, 0x40] as [UInt8] {
                var damaged = block
                damaged[place] ^= bit
                let found = try outcomes(of: damaged + block)
                // Behind the `!` of one that has STX the data is whole, but nothing proves it without ETX and check.
                let isBehind = place > bang && place < block.count - 1
                #expect(
                    found.telegrams.count == 1 || isBehind && found.telegrams.count == 2,
                    "\(place) \(bit) \(found.problems)")
                let energies = found.telegrams.map { $0.quantity(OBISCode(1, 0, 1, 8, 0))?.description }
                #expect(energies.allSatisfy { $0 == "12345.678 kWh" })
            }
        }
    }

    @Test func `a text without STX waits for no check`() throws {
        for text in [Self.text(), Self.text(header: "ISk5MT174-0001")] {
            var reader = try TelegramReader()
            reader.append(text)
            guard case .telegram(let telegram) = reader.next() else {
                Issue.record("no telegram")
                return
            }
            #expect(telegram.checksum == .absent && telegram.objects.count == Self.lines.count)
        }
    }

    @Test func `clock and number of the meter are read from where mode D has them`() throws {
        let telegram = try #require(try outcomes(of: Self.text()).telegrams.first)
        #expect(telegram.time?.description == "2026-07-05T11:49:53Z")
        #expect(telegram.meterIdentifier == "00123456")
        for odd in [
            ["0.9.1(1349)", "0.9.2(260705)"], ["0.9.1(134953)"], ["0.9.2(260705)"], ["0.9.1(995953)", "0.9.2(260705)"],
        ] {
            #expect(try outcomes(of: Self.text(odd + ["1.8.0(1*kWh)"])).telegrams.first?.time == nil)
        }
        let longer = ["0.9.1(0134953)", "0.9.2(0260705)", "1.8.0(1*kWh)"]
        #expect(try outcomes(of: Self.text(longer)).telegrams.first?.time?.description == "2026-07-05T11:49:53Z")
        let separated = ["0.9.1(13:49:53)", "0.9.2(26-01-05)", "C.1.0(33343536)", "1.8.0(1*kWh)"]
        let other = try #require(try outcomes(of: Self.text(separated)).telegrams.first)
        #expect(other.time?.description == "2026-01-05T12:49:53Z" && other.meterIdentifier == "33343536")
    }

    @Test func `a stamp without seconds behind a value is its stamp`() throws {
        let code = OBISCode(1, 0, 1, 6, 1)
        for (line, time) in [
            ("1.6.1(03.45*kW)(2601151230)", "2026-01-15T11:30:00Z"),
            ("1-0:1.6.1(03.45 kW)(2607151230)", "2026-07-15T10:30:00Z"),
            ("1.6.1(03.45*kW)(0000000000)", nil), ("1.6.1(03.45*kW)(02601151230)", "2026-01-15T11:30:00Z"),
            ("1.6.1(03.45*kW)(0260115123000)", "2026-01-15T11:30:00Z"),
            ("1.6.1(03.45*kW)(12601151230)", "2026-01-15T11:30:00Z"),
            ("1.6.1(03.45*kW)(260115123000)", "2026-01-15T11:30:00Z"),
        ] {
            let telegram = try #require(try outcomes(of: Self.text([line])).telegrams.first)
            #expect(telegram.quantity(code)?.description == "3.45 kW", "\(line)")
            #expect(telegram[code]?.time?.description == time, "\(line)")
        }
        // Two numbers are no value and stamp.
        for line in ["1.6.1(12)(2601151230)", "1.6.1(03.45*kW)(260115123)", "1.6.1(03.45*kW)(12*A)"] {
            #expect(try outcomes(of: Self.text([line])).telegrams.first?.quantity(code) == nil, "\(line)")
        }
    }

    @Test func `the number of EasyMeter's front is its name, with its zeros`() throws {
        let lines = ["1-0:0.0.0*255(0001234)", "1-0:1.8.0*255(00012345.6789012*kWh)", "0-0:96.1.255*255(1ESY1234)"]
        let telegram = try #require(try outcomes(of: Self.text(lines)).telegrams.first)
        #expect(telegram.meterIdentifier == "0001234")
        #expect(telegram.quantity(OBISCode(1, 0, 1, 8, 0))?.decimalString == "12345.6789012")
    }
}
