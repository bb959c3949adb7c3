import MeterValues
import SmartMeter
import Testing

/// Texts whose CRC is another one, whose line ends were changed, or whose parity bits are still there.
@Suite struct TextProofTests {
    private static let lines = [
        "1-3:0.2.8(50)", "0-0:1.0.0(260203113815W)", "1-0:1.8.0(00002417.305*kWh)", "1-0:1.7.0(0000.735*kW)",
    ]

    /// CRC-16 bit by bit.
    private static func crc(_ bytes: [UInt8], polynomial: UInt16, start: UInt16, end: UInt16) -> String {
        var crc = start
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        let digits = String(crc ^ end, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    static func text(
        _ kind: ChecksumKind?, energy: String = "00002417.305", header: String = "HLY5/D545-METER", more: [String] = []
    ) -> [UInt8] {
        let lines = lines.map { $0.replacing("00002417.305", with: energy) } + more
        let bytes = [UInt8](("/\(header)\r\n\r\n" + lines.map { $0 + "\r\n" }.joined() + "!").utf8)
        let digits =
            switch kind {
            case .arc: crc(bytes, polynomial: 0xA001, start: 0, end: 0)
            case .modbus: crc(bytes, polynomial: 0xA001, start: 0xFFFF, end: 0)
            case .kermit: crc(bytes, polynomial: 0x8408, start: 0, end: 0)
            case .x25: crc(bytes, polynomial: 0x8408, start: 0xFFFF, end: 0xFFFF)
            // A kind that nobody knows.
            case nil: crc(bytes, polynomial: 0x9249, start: 0x1234, end: 0x0F0F)
            }
        return bytes + [UInt8]((digits + "\r\n").utf8)
    }

    private func outcomes(of stream: [UInt8], _ rule: ChecksumRule, sevenBits: Bool = false) throws -> [ReaderOutcome] {
        var reader = try TelegramReader(checksum: rule, sevenBits: sevenBits)
        reader.append(stream)
        reader.finish()
        var found: [ReaderOutcome] = []
        while let outcome = reader.next() { found.append(outcome) }
        return found
    }

    private static let energy = OBISCode(1, 0, 1, 8, 0)

    @Test(arguments: Pieces.allCases)
    func `X-25 is recognised, accepted and said`(pieces: Pieces) throws {
        for extra in 0..<20 {
            let more = (0..<extra).map { "1-0:\($0 + 100).7.0(\($0))" }
            let stream = Self.text(.x25, more: more) + Self.text(.x25, energy: "00002417.306", more: more)
            let found = try SmartMeterTests.outcomes(of: stream, pieces: pieces)
            #expect(found.problems.isEmpty)
            #expect(found.telegrams.map { $0.quantity(Self.energy)?.decimalString } == ["2417.305", "2417.306"])
            #expect(found.telegrams.allSatisfy { $0.notes == [.checksum(.x25)] })
        }
    }

    @Test func `a kind that no meter is known to use is named, and taken when it is set`() throws {
        for kind in [ChecksumKind.kermit, .modbus] {
            #expect(try outcomes(of: Self.text(kind), .auto).reasons == [.checksumOfOtherKind(kind, .auto)])
            let rule = try #require(ChecksumRule(rawValue: kind.rawValue))
            #expect(try outcomes(of: Self.text(kind), rule).telegrams.count == 1)
            #expect(try outcomes(of: Self.text(.arc), rule).reasons == [.checksumOfOtherKind(.arc, rule)])
        }
    }

    @Test func `one good telegram settles which kind the line's is`() throws {
        let kinds = ChecksumKind.allCases.filter { $0 == .arc || $0 == .x25 }
        for first in kinds {
            for second in ChecksumKind.allCases where second != first {
                let found = try outcomes(of: Self.text(first) + Self.text(second), .auto)
                #expect(found.telegrams.count == 1)
                guard case .checksumWrong = found.reasons.first else {
                    Issue.record("\(first) \(second) \(found.reasons)")
                    continue
                }
            }
        }
    }

    @Test func `an unknown kind is told after the third telegram, and taken when the check is off`() throws {
        let stream = (0..<4).flatMap { Self.text(nil, energy: "00002417.30\($0)") }
        let found = try outcomes(of: stream, .auto)
        #expect(found.telegrams.isEmpty)
        guard case .checksumWrong = found.reasons.first, case .checksumUnknown = found.reasons.last else {
            Issue.record("\(found.reasons)")
            return
        }
        let taken = try outcomes(of: stream, .off)
        #expect(taken.telegrams.count == 4 && taken.problems.isEmpty)
        #expect(taken.telegrams.allSatisfy { $0.notes == [.checksumUnknown] })
    }

    @Test func `without a check a telegram is refused whose lines are damaged or whose registers go back or leap`()
        throws
    {
        let good = Self.text(nil)
        for wrong in ["00002317.305", "00002917.305", "10002417.305"] {
            let stream = good + Self.text(nil, energy: wrong) + Self.text(nil, energy: "00002417.400")
            let found = try outcomes(of: stream, .off)
            #expect(
                found.telegrams.map { $0.quantity(Self.energy)?.decimalString } == ["2417.305", "2417.400"], "\(wrong)")
        }
        var damaged = good
        damaged[40] = 0x7F
        #expect(try outcomes(of: damaged, .off).telegrams.isEmpty)
    }

    @Test func `without a check a change that the next telegram bears out is believed`() throws {
        let stream = ["00002417.305", "00000000.001", "00000000.002"].flatMap { Self.text(nil, energy: $0) }
        let found = try outcomes(of: stream, .off)
        #expect(found.telegrams.map { $0.quantity(Self.energy)?.decimalString } == ["2417.305", "0.002"])
    }

    @Test func `a line that had a good CRC takes none without one, whatever is set`() throws {
        #expect(try outcomes(of: Self.text(.arc) + Self.text(nil), .off).telegrams.count == 1)
    }

    @Test(arguments: ["\n", "\r", "\r\r\n"])
    func `changed line ends are put back for the check, and said`(lineEnd: String) throws {
        for kind in [ChecksumKind.arc, .x25] {
            let changed = String(decoding: Self.text(kind), as: UTF8.self).replacing("\r\n", with: lineEnd)
            for pieces in Pieces.allCases {
                let found = try SmartMeterTests.outcomes(
                    of: [UInt8](changed.utf8) + [UInt8](changed.utf8), pieces: pieces)
                #expect(found.telegrams.count == 2 && found.problems.isEmpty, "\(found.problems)")
                #expect(found.telegrams.allSatisfy { $0.notes.first == .lineEndsRestored })
                #expect(found.telegrams.first?.quantity(Self.energy)?.decimalString == "2417.305")
            }
        }
    }

    @Test func `damage is damage with changed line ends too`() throws {
        let changed = String(decoding: Self.text(.arc), as: UTF8.self).replacing("\r\n", with: "\n")
            .replacing("2417.305", with: "2417.315")
        #expect(try outcomes(of: [UInt8](changed.utf8), .auto).telegrams.isEmpty)
    }

    /// The bytes of 7E1 read as 8N1.
    static func withParity(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0.nonzeroBitCount.isMultiple(of: 2) ? $0 : $0 | 0x80 }
    }

    @Test(arguments: Pieces.allCases)
    func `the parity bit is taken off wherever it is, checked, and said`(pieces: Pieces) throws {
        let dsmr3 = Sample.telegram(lines: Array(Self.lines.dropFirst()), identification: "ISk5\\2MT382-1004")
        let unchecked = Array(dsmr3.prefix { $0 != UInt8(ascii: "!") }) + [UInt8]("!\r\n".utf8)
        for text in [dsmr3, unchecked, Self.text(.x25)] {
            let found = try SmartMeterTests.outcomes(of: Self.withParity(text + text), pieces: pieces)
            #expect(found.telegrams.count == 2 && found.problems.isEmpty, "\(found.problems)")
            #expect(found.telegrams.allSatisfy { $0.notes.contains(.parityInBytes) })
            #expect(found.telegrams.first?.quantity(Self.energy)?.decimalString == "2417.305")
        }
    }

    @Test func `with 7E1 set the highest bit counts for nothing, there or not`() throws {
        let text = Self.text(.arc)
        for stream in [text, Self.withParity(text)] {
            let found = try outcomes(of: stream + stream, .auto, sevenBits: true)
            #expect(found.telegrams.count == 2 && found.telegrams.allSatisfy(\.notes.isEmpty))
        }
    }

    @Test func `a character with wrong parity refuses the telegram, where nothing else would`() throws {
        let unchecked = Array(Self.text(.arc).dropFirst(16 + 17).prefix { $0 != UInt8(ascii: "!") })
        let text = [UInt8]("/ISk5\\2MT382-1004\r\n\r\n".utf8) + unchecked + [UInt8]("!\r\n".utf8)
        for place in 25..<text.count - 3 {
            var damaged = Self.withParity(text)
            damaged[place] ^= 1 << UInt8(place % 8)
            let found = try outcomes(of: damaged + Self.withParity(text), .auto)
            #expect(found.telegrams.count == 1, "\(place)")
        }
    }

    @Test func `the short codes of mode D are those of electricity`() throws {
        let text = [
            "/ISk5MT174-0001\r\n\r\n", "0.0.0(00123456)\r\n", "C.1.6(FDF5)\r\n", "F.F(00)\r\n",
            "1.8.1(0004404.409*kWh)\r\n",
            "2.8.1*03(0000608.962*kWh)\r\n", "15.7(01.5*kW)\r\n", "!\r\n",
        ]
        let telegram = try #require(try outcomes(of: [UInt8](text.joined().utf8), .auto).telegrams.first)
        #expect(
            telegram.objects.map { "\($0.code)=\($0.valueString)" } == [
                "1-0:0.0.0=00123456", "0-0:96.1.6=FDF5", "0-0:97.97.0=0", "1-0:1.8.1=4404.409", "1-0:2.8.1*3=608.962",
                "1-0:15.7.0=1.5",
            ])
        #expect(telegram.oddLines == 0 && telegram.notes == [.shortCodes])
    }

    @Test(arguments: ["", "hello\r\n", "1.8.1 4404\r\nBASE 123 X\r\n"])
    func `a text without an object is no telegram`(lines: String) throws {
        let bytes = [UInt8]("/ABC5x\r\n\r\n\(lines)!".utf8)
        let found = try outcomes(of: bytes + [UInt8]((Sample.crc(bytes) + "\r\n").utf8), .auto)
        #expect(found.telegrams.isEmpty)
        guard case .noObjects = found.reasons.first else {
            Issue.record("\(found.reasons)")
            return
        }
    }
}
