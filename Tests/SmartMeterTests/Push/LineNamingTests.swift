import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// What a line speaks is named before a key is asked for, whatever the key.
@Suite struct LineNamingTests {
    enum Key: CaseIterable { case none, wrong, right }

    private static let title = [UInt8]("KFM".utf8) + [0x67, 0x50, 0x00, 0x00, 0x09]

    static func keys(_ key: Key, _ tag: TagCheck = .strict) throws -> MeterKeys? {
        switch key {
        case .none: nil
        case .wrong: MeterKeys(encryptionKey: try Sample.key("FF23456789ABCDEF0123456789ABCDEF"), tagCheck: tag)
        case .right: MeterKeys(encryptionKey: try Sample.key(), tagCheck: tag)
        }
    }

    /// A push that is read with the right key, three times with counters that go up.
    private static func messages(tagged: Bool, count: Int = 3) throws -> [[UInt8]] {
        var sealer = try FrameSealer(key: Sample.key(), systemTitle: title)
        sealer.tagged = tagged
        let objects = [
            PushObject.register([1, 0, 1, 8, 0, 255], 12_937, scaler: 0, unit: 30),
            PushObject.register([1, 0, 32, 7, 0, 255], 2_337, scaler: -1, unit: 35),
            PushObject.text(nil, "181220000009"),
        ]
        return (0..<count).map { _ in sealer.seal(PushLine.notification(objects, at: Sample.time)) }
    }

    private static let framings: [(LineProtocol, @Sendable ([UInt8]) -> [UInt8])] = [
        (.hdlc, { PushLine.hdlc($0) }), (.hdlc, { PushLine.hdlc($0, segment: 40) }),
        (.hdlc, { PushLine.blocks($0, of: 50) }), (.wiredMBus, { PushLine.wiredMBus($0) }),
        (.wiredMBus, { PushLine.wiredMBus($0, data: 60, control: 0x73) }),
    ]

    @Test(arguments: Key.allCases, [true, false])
    func `each problem of an encrypted push names the line, with no key, a wrong one and the right one`(
        key: Key, tagged: Bool
    ) throws {
        for (line, frames) in Self.framings {
            let stream = try Self.messages(tagged: tagged).flatMap(frames)
            for tag in TagCheck.allCases {
                for pieces in Pieces.allCases {
                    let found = try outcomes(of: stream, keys: Self.keys(key, tag), pieces: pieces)
                    #expect(found.problems.allSatisfy { $0.line == line && $0.sentence.contains("DLMS") })
                    switch (key, tagged || tag == .crcOnly) {
                    case (.none, _):
                        #expect(found.reasons == .init(repeating: .keyMissing(SystemTitle(Self.title)), count: 3))
                    case (.wrong, _):
                        #expect(found.reasons.last == .wrongEncryptionKey(SystemTitle(Self.title)))
                        #expect(found.telegrams.isEmpty)
                    case (.right, true): #expect(found.telegrams.count == 3 && found.problems.isEmpty)
                    case (.right, false):
                        #expect(found.reasons == .init(repeating: .tagMissing(SystemTitle(Self.title)), count: 3))
                    }
                }
            }
        }
    }

    @Test func `the first 64 bytes are enough for the name`() throws {
        let sml = SMLWriter.file(
            [.init(code: [1, 0, 1, 8, 0, 255], value: 5, scaler: -1, unit: 30)],
            server: [UInt8](repeating: 9, count: 10))
        var streams: [(LineProtocol, [UInt8])] = [(.sml, sml)]
        for tagged in [true, false] {
            for (line, frames) in Self.framings {
                streams.append((line, frames(try Self.messages(tagged: tagged, count: 1)[0])))
            }
        }
        for (line, stream) in streams {
            for key in Key.allCases {
                let found = try outcomes(of: Array(stream.prefix(64)), keys: Self.keys(key))
                #expect(!found.problems.isEmpty && found.problems.allSatisfy { $0.line == line }, "\(found.problems)")
            }
        }
    }

    @Test func `a push that was joined in its middle asks for no key`() throws {
        for (_, frames) in Self.framings.prefix(2) + Self.framings.suffix(1) {
            let stream = frames(try Self.messages(tagged: true, count: 1)[0])
            guard let start = stream.firstIndex(of: 0xDB) else { continue }
            for key in [Key.none, .wrong] {
                let found = try outcomes(of: Array(stream[start...]) + stream, keys: Self.keys(key))
                #expect(
                    found.problems.filter { $0.line == nil }.allSatisfy { $0.reason == .noise }, "\(found.problems)")
            }
        }
    }

    @Test func `damage to a frame is told as that, and neither asks for a key nor costs the next frame`() throws {
        for (line, frames) in Self.framings {
            let stream = try Self.messages(tagged: true).map(frames)
            for place in stride(from: 2, to: stream[0].count - 1, by: 3) {
                var damaged = stream[0]
                damaged[place] ^= 0x10
                let found = try outcomes(of: damaged + stream[1] + stream[2], keys: Self.keys(.right))
                #expect(found.telegrams.count == 2, "\(line) \(place) \(found.problems)")
                let silent = try outcomes(of: damaged, keys: nil)
                #expect(silent.reasons.allSatisfy { $0 != .keyMissing(SystemTitle(Self.title)) }, "\(line) \(place)")
            }
        }
    }

    @Test func `a recording and another meter are told as for P1`() throws {
        let messages = try Self.messages(tagged: true)
        for (line, frames) in Self.framings {
            var reader = try TelegramReader(keys: Self.keys(.right), replayGuard: ReplayGuard())
            reader.append(frames(messages[1]) + frames(messages[0]))
            reader.finish()
            var found: [ReaderOutcome] = []
            while let outcome = reader.next() { found.append(outcome) }
            #expect(found.reasons == [.replayed(SystemTitle(Self.title), counter: 1, newest: 2)])
            #expect(found.problems.map(\.line) == [line])
            let titled = MeterKeys(encryptionKey: try Sample.key(), systemTitle: Sample.systemTitle)
            let other = ReaderProblem.Reason.otherMeter(SystemTitle(Self.title), expected: Sample.systemTitle)
            #expect(try outcomes(of: frames(messages[0]), keys: titled).reasons == [other])
        }
    }

    @Test func `an authentication key that differs is told apart from a wrong encryption key`() throws {
        let own = try Sample.key("FFEEDDCCBBAA99887766554433221100")
        var sealer = try FrameSealer(key: Sample.key(), authenticationKey: own, systemTitle: Self.title)
        let objects = [PushObject.register([1, 0, 1, 8, 0, 255], 5, scaler: 0, unit: 30)]
        let stream = PushLine.hdlc(sealer.seal(PushLine.notification(objects, at: Sample.time)))
        let differs = ReaderProblem.Reason.authenticationKeyDiffers(SystemTitle(Self.title))
        #expect(try outcomes(of: stream, keys: Self.keys(.right)).reasons == [differs])
        #expect(try outcomes(of: stream, keys: Self.keys(.right, .crcOnly)).telegrams.count == 1)
        let both = MeterKeys(encryptionKey: try Sample.key(), authenticationKey: own)
        #expect(try outcomes(of: stream, keys: both).telegrams.first?.encryption?.authenticated == true)
    }

    /// A group of a Linky.
    private static func group(_ label: String, _ value: String, standard: Bool) -> [UInt8] {
        let separator: UInt8 = standard ? 0x09 : 0x20
        let last: [UInt8] = [separator]
        let label = [UInt8](label.utf8) + last + [UInt8](value.utf8)
        let sum = (standard ? label + last : label).reduce(UInt8(0), &+)
        let end: [UInt8] = [separator, (sum & 0x3F) + 0x20, 0x0D]
        return [0x0A] + label + end
    }

    @Test(arguments: [true, false], [true, false])
    func `a Linky is named in both its modes, with the parity bit and without`(standard: Bool, parity: Bool) throws {
        let groups =
            standard
            ? [("ADSC", "811775000000"), ("VTIC", "02"), ("EAST", "001234567")]
            : [("ADCO", "811775000000"), ("OPTARIF", "BASE"), ("BASE", "001234567")]
        let body = groups.flatMap { group -> [UInt8] in Self.group(group.0, group.1, standard: standard) }
        let frame: [UInt8] = [0x02] + body + [0x03]
        let bytes = parity ? TextProofTests.withParity(frame) : frame
        for pieces in Pieces.allCases {
            let found = try outcomes(of: Array(bytes.prefix(64)), pieces: pieces)
            #expect(found.reasons == [.otherProtocol(.teleinformation)], "\(found.reasons)")
            var reader = try TelegramReader()
            var named = 0
            for _ in 0..<100 {
                reader.append(bytes)
                while let outcome = reader.next() {
                    if case .problem(let problem) = outcome, problem.reason == .otherProtocol(.teleinformation) {
                        named += 1
                    }
                }
            }
            #expect(named == 1)
        }
    }

    @Test func `a meter that waits for an answer is told as that`() throws {
        let found = try outcomes(of: [0x10, 0x40, 0xF0, 0x30, 0x16])
        #expect(found.reasons == [.otherProtocol(.polledMBus)])
    }

    @Test(arguments: Key.allCases)
    func `text that is encrypted behind its header is named, and read with its key`(key: Key) throws {
        let lines = "0-0:1.0.0(260301225227W)\r\n1-0:1.8.0(000646.007*kWh)\r\n"
        for header in ["KFM5KAIFA-METER", "EGM5G35", "EGM5G15"] {
            let aes = try AESGCM(Sample.key())
            let additional: [UInt8] = [0x30] + MeterKeys.luxembourgAuthenticationKey
            let sealed = try #require(
                aes.seal([UInt8](lines.utf8), vector: [UInt8](repeating: 0, count: 12), authenticating: additional))
            let length: [UInt8] = [0x00, 0x82] + PushLineLength.two(5 + sealed.count)
            let body: [UInt8] = length + [0x30, 0, 0, 0, 0] + sealed
            let one = [UInt8]("/\(header)\r\n\r\n".utf8) + body + [UInt8]("!BB70\r\n".utf8)
            for pieces in Pieces.allCases {
                let found = try outcomes(of: one + one + one, keys: Self.keys(key), pieces: pieces)
                #expect(found.problems.allSatisfy { $0.line == .cipheredText && $0.sentence.contains("encrypted") })
                #expect(found.telegrams.count == (key == .right ? 3 : 0), "\(found.problems)")
                #expect(found.problems.count == (key == .right ? 0 : 3))
                let energy = found.telegrams.first?.quantity(OBISCode(1, 0, 1, 8, 0))?.description
                #expect(energy == (key == .right ? "646.007 kWh" : nil))
            }
        }
    }
}

/// A length that is a lie must not cost what stands behind its end.
@Suite struct CutCipheredTextTests {
    @Test(arguments: LineNamingTests.Key.allCases, [200, 1_000, 4_000])
    func `a text that was cut off, or whose length is damaged, takes no telegram with it`(
        key: LineNamingTests.Key, length: Int
    ) throws {
        let meter = SimulatedMeter(
            household: HouseholdProfile(seed: 5), sealer: nil, startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let good = (1...20).flatMap {
            meter.transmission(at: UTCInstant(secondsSince1970: 1_795_000_000 + 10 * Int64($0)))
        }
        let head = [UInt8]("/EGM5G35\r\n\r\n".utf8) + [0x00, 0x82] + PushLineLength.two(length) + [0x30, 0, 0, 0, 1]
        let damaged = head + (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 151) | 0x80 }
        for pieces in Pieces.allCases {
            let found = try outcomes(of: good + damaged + good, keys: LineNamingTests.keys(key), pieces: pieces)
            #expect(found.telegrams.count == 40, "\(pieces): \(found.problems)")
        }
    }
}

private enum PushLineLength {
    static func two(_ count: Int) -> [UInt8] { [UInt8(count >> 8), UInt8(count & 0xFF)] }
}
