import HardwareSimulators
import SmartMeter
import Testing

/// What comes out of a stream does not depend on how many bytes happen to have come.
@Suite struct CutStreamTests {
    static let hdlc: [UInt8] = [0x7E, 0xA0, 0x07, 0, 0, 0, 0, 0, 0x7E]
    static let wiredMBus: [UInt8] = [0x68, 0x01, 0x01, 0x68, 0, 0, 0x16]
    static let noise = [UInt8](repeating: 0x55, count: 100)

    /// A text with these bytes in it and a wrong checksum.
    private func badTelegram(holding bytes: [UInt8]) -> [UInt8] {
        [UInt8]("/ABC5x\r\n".utf8) + bytes + [UInt8]("\r\n!0000".utf8)
    }

    @Test(arguments: Pieces.allCases)
    func `a foreign frame within a reported telegram says nothing of the noise behind it`(pieces: Pieces) throws {
        let found = try outcomes(of: badTelegram(holding: Self.hdlc) + Self.noise, pieces: pieces)
        #expect(found.reasons.dropFirst() == [.noise])
    }

    @Test(arguments: Pieces.allCases)
    func `a foreign frame within noise is named whatever the telegram before it holds`(pieces: Pieces) throws {
        let stream = badTelegram(holding: Self.hdlc) + Self.wiredMBus + Self.noise
        #expect(try outcomes(of: stream, pieces: pieces).reasons.dropFirst() == [.otherProtocol(.wiredMBus)])
    }

    @Test(arguments: Pieces.allCases)
    func `noise without an end is reported each 64 KiB`(pieces: Pieces) throws {
        let noise = [UInt8](repeating: 0x55, count: 150_000)
        let found = try outcomes(of: noise, pieces: pieces)
        #expect(found.reasons == [.noise, .noise, .noise])
        #expect(found.problems.map(\.offset) == [0, 65_536, 131_072])
        #expect(found.problems.map(\.length) == [65_536, 65_536, 18_928])
    }

    @Test(arguments: Pieces.allCases)
    func `a telegram ends within 64 KiB or is given up there`(pieces: Pieces) throws {
        let longest = 65_536  // the place of its `!`, from its `/` on
        for (place, isRead) in [(longest, true), (longest + 1, false)] {
            let header = "/ABC5x\r\n\r\n1-0:1.8.0(1*kWh)\r\n"
            let line = String(repeating: "4", count: place - header.utf8.count - 2) + "\r\n"
            let text = [UInt8]((header + line + "!").utf8)
            let found = try outcomes(of: text + Sample.crc(text).utf8 + [13, 10], pieces: pieces)
            #expect(found.telegrams.count == (isRead ? 1 : 0))
            #expect(found.problems.map(\.length) == (isRead ? [] : [longest + 1]))
            #expect(found.reasons == (isRead ? [] : [.tooLong]))
        }
    }

    @Test(arguments: Pieces.allCases)
    func `a telegram behind a NUL ends the one before it, as it would begin behind one`(pieces: Pieces) throws {
        let lost = [UInt8]("/ABC5x\r\n\r\n1-0:1.8.0(1*kWh)\r\n".utf8)
        let good = Sample.telegram(lines: ["1-0:1.8.0(2*kWh)"], identification: "12345")
        let found = try outcomes(of: lost + [0] + good, pieces: pieces)
        #expect(found.reasons == [.truncated])
        #expect(found.problems.map(\.length) == [lost.count + 1])
        #expect(found.telegrams.map(\.identification) == ["12345"])
    }

    @Test(arguments: AdversarialStreamTests.storms.indices)
    func `any storm gives the same in one piece and in many`(index: Int) throws {
        let storm = AdversarialStreamTests.storms[index]
        let stream = (0..<150_000 / storm.pattern.count).flatMap { _ in storm.pattern }
        let keys = try MeterKeys(encryptionKey: Sample.key())
        let whole = try outcomes(of: stream, keys: keys).traces
        #expect(try outcomes(of: stream, keys: keys, pieces: .odd).traces == whole, "\(storm.name)")
    }
}
