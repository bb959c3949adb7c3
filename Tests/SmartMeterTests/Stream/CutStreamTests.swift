import Ciphers
import HardwareSimulators
import MeterValues
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

    /// Encrypted pushes that are joined at each place up to their first encrypted byte, in all framings.
    private static func joinedPushes() throws -> [(name: String, stream: [UInt8])] {
        var sealer = try FrameSealer(
            key: Sample.key(), systemTitle: SystemTitle([UInt8]("KFM".utf8) + [0, 1, 2, 3, 4]).bytes)
        let objects = (1...12).map { PushObject.register([1, 0, 1, 8, UInt8($0), 255], 12_937, scaler: 0, unit: 30) }
        let message = sealer.seal(PushLine.notification(objects, at: Sample.time))
        let next = sealer.seal(PushLine.notification(objects, at: Sample.time))
        let framings: [(String, ([UInt8]) -> [UInt8])] = [
            ("HDLC", { PushLine.hdlc($0) }), ("HDLC in segments", { PushLine.hdlc($0, segment: 120) }),
            ("M-Bus", { PushLine.wiredMBus($0) }),
            ("M-Bus in two", { PushLine.wiredMBus($0, data: message.count - 20) }),
            ("M-Bus in many", { PushLine.wiredMBus($0, data: 60) }),
        ]
        return framings.flatMap { name, frames -> [(String, [UInt8])] in
            let (first, second) = (frames(message), frames(next))
            let start = first.firstIndex(of: 0xDB) ?? 0
            return (1...start).flatMap { place -> [(String, [UInt8])] in
                let joined = Array(first[place...])
                return [("\(name) from \(place)", joined), ("\(name) from \(place), and the next", joined + second)]
            }
        }
    }

    @Test func `a push joined in its middle gives the same in pieces of any size, and asks for no key of P1`() throws {
        let wrong = MeterKeys(encryptionKey: try Sample.key("FF23456789ABCDEF0123456789ABCDEF"))
        for (name, stream) in try Self.joinedPushes() {
            for keys in [nil, wrong] {
                let whole = try outcomes(of: stream, keys: keys)
                #expect(
                    whole.problems.allSatisfy { $0.line != nil || $0.reason == .noise }, "\(name): \(whole.problems)")
                for size in [1, 2, 3, 7] {
                    let cut = try outcomes(of: stream, keys: keys, size: size)
                    #expect(cut.traces == whole.traces, "\(name) in pieces of \(size)")
                }
            }
        }
    }

    @Test func `a frame of P1 that can't be opened is told of when the line falls silent or three bytes have come`()
        throws
    {
        var sealer = try FrameSealer(key: Sample.key(), systemTitle: Sample.systemTitle.bytes)
        let frame = sealer.seal(Sample.telegram())
        for behind in 0...3 {
            var reader = try TelegramReader()
            reader.append(frame + [UInt8](repeating: 0, count: behind))
            var found: [ReaderOutcome] = []
            while let outcome = reader.next() { found.append(outcome) }
            #expect(found.count == (behind < 3 ? 0 : 1))
            reader.lineWentIdle()
            while let outcome = reader.next() { found.append(outcome) }
            #expect(found.reasons.first == .keyMissing(Sample.systemTitle))
            #expect(found.problems.first?.length == frame.count)
        }
    }

    @Test func `a telegram behind a line end with its parity bit is found wherever the stream is cut`() throws {
        let telegram = Sample.telegram(lines: ["1-0:1.8.0(2*kWh)"], identification: "12345")
        let stream = TextProofTests.withParity([UInt8]("8.\r".utf8) + telegram)
        for size in [1, 2, 3, 7, stream.count] {
            #expect(try outcomes(of: stream, size: size).telegrams.map(\.identification) == ["12345"], "\(size)")
        }
    }

    @Test func `frames that don't open are counted once each, however they are cut`() throws {
        var sealer = try FrameSealer(
            key: Sample.key("FF23456789ABCDEF0123456789ABCDEF"), systemTitle: Sample.systemTitle.bytes)
        let stream = (0..<3).flatMap { _ in sealer.seal(Sample.telegram()) }
        let keys = try MeterKeys(encryptionKey: Sample.key())
        for size in [1, 2, 3, 7, stream.count] {
            let found = try outcomes(of: stream, keys: keys, size: size)
            #expect(
                found.reasons == [
                    .wrongEncryptionKeyOrDamaged(Sample.systemTitle), .wrongEncryptionKey(Sample.systemTitle),
                    .wrongEncryptionKey(Sample.systemTitle),
                ])
        }
    }

    @Test func `a frame of the M-Bus whose sum does not fit is damaged, whatever comes behind it`() throws {
        var long = PushLine.wiredMBus([UInt8](repeating: 0x55, count: 290), data: 290)
        #expect(long[1] >= 5)
        long += Self.noise
        let whole = try outcomes(of: long).traces
        for size in [1, 7] { #expect(try outcomes(of: long, size: size).traces == whole) }
    }
}
