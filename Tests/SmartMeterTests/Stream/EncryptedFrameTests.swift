import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing

@Suite struct EncryptedFrameTests {
    let keys: MeterKeys
    var sealer: FrameSealer
    let telegram = Sample.telegram(.full)
    let title = Sample.systemTitle

    init() throws {
        keys = try MeterKeys(encryptionKey: Sample.key())
        sealer = try FrameSealer(key: Sample.key(), counter: 0x1122_3344)
    }

    @Test func `a frame opens to its telegram, its sender and its counter`() throws {
        var sealer = sealer
        let read = try #require(try outcomes(of: sealer.seal(telegram), keys: keys).telegrams.first)
        #expect([UInt8](read.text.utf8) == telegram)
        #expect(read.quantity(OBISCode(1, 0, 1, 8, 0))?.description == "25.653 kWh")
        #expect(
            read.encryption
                == TelegramEncryption(systemTitle: title, frameCounter: 0x1122_3344, authenticated: true))
        #expect(title.logicalDeviceName == "SAG1030700331421")
    }

    @Test(arguments: [FrameSealer.LengthForm.shortest, .octets(2), .octets(3)])
    func `all forms of the length are read`(form: FrameSealer.LengthForm) throws {
        var sealer = sealer
        sealer.lengthForm = form
        #expect(try outcomes(of: sealer.seal(telegram), keys: keys).telegrams.count == 1)
    }

    @Test(arguments: [(40, FrameSealer.LengthForm.shortest), (150, .octets(1)), (150, .shortest)])
    func `short frames have lengths of one byte`(size: Int, form: FrameSealer.LengthForm) throws {
        var sealer = sealer
        sealer.lengthForm = form
        let short = Sample.telegram(lines: ["0-0:96.13.0(" + String(repeating: "41", count: (size - 40) / 2) + ")"])
        #expect(try outcomes(of: sealer.seal(short), keys: keys).telegrams.count == 1)
    }

    @Test func `five messages of 1024 octets, 12 kB in one frame, are read`() throws {
        var sealer = sealer
        let messages = (0..<5).map { String(repeating: "Message \($0) ", count: 120).prefix(1024) }.map(String.init)
        let frame = sealer.seal(Sample.telegram(.full, messages: messages))
        #expect(frame.count > 11_000)
        for pieces in Pieces.allCases {
            let read = try #require(try outcomes(of: frame, keys: keys, pieces: pieces).telegrams.first)
            for (index, code) in [0, 2, 3, 4, 5].enumerated() {
                #expect(read[OBISCode(0, 0, 96, 13, UInt8(code))]?.valueString == messages[index])
            }
        }
    }

    @Test func `without a key the meter is named`() throws {
        var sealer = sealer
        let problem = try #require(try outcomes(of: sealer.seal(telegram)).problems.first)
        #expect(problem.reason == .keyMissing(title))
        #expect(problem.description.contains("SAG1030700331421"))
    }

    @Test func `a wrong encryption key shows as such with the second frame`() throws {
        var sealer = sealer
        let wrong = try MeterKeys(encryptionKey: Sample.key("FF23456789ABCDEF0123456789ABCDEF"))
        let stream = sealer.seal(telegram) + sealer.seal(telegram) + sealer.seal(telegram)
        #expect(
            try outcomes(of: stream, keys: wrong).reasons == [
                .wrongEncryptionKeyOrDamaged(title), .wrongEncryptionKey(title), .wrongEncryptionKey(title),
            ])
    }

    @Test func `another authentication key is told from a wrong encryption key`() throws {
        var other = try FrameSealer(key: Sample.key(), authenticationKey: Sample.key(String(repeating: "B", count: 32)))
        let frame = other.seal(telegram)
        let found = try outcomes(of: frame, keys: keys)
        #expect(found.reasons == [.authenticationKeyDiffers(title)])
        #expect(found.problems.first?.telegram == nil)
    }

    @Test func `with the tag check crc-only, the text's own CRC decides`() throws {
        let lax = try MeterKeys(encryptionKey: Sample.key(), tagCheck: .crcOnly)
        var other = try FrameSealer(key: Sample.key(), authenticationKey: Sample.key(String(repeating: "B", count: 32)))
        let frame = other.seal(telegram)
        let read = try #require(try outcomes(of: frame, keys: lax).telegrams.first)
        #expect(read.encryption?.authenticated == false)
        var damaged = other.seal(telegram)
        damaged[700] ^= 4
        #expect(try outcomes(of: damaged, keys: lax).reasons == [.damagedFrame(title)])
        var sealer = sealer
        #expect(try outcomes(of: sealer.seal(telegram), keys: lax).telegrams.first?.encryption?.authenticated == true)
    }

    @Test func `a frame damaged behind its first block shows that the key is right`() throws {
        var sealer = sealer
        var frame = sealer.seal(telegram)
        frame[900] ^= 1
        #expect(try outcomes(of: frame, keys: keys).reasons == [.damagedFrame(title)])
    }

    @Test func `after a good frame, one that does not open is damaged, wherever it was hit`() throws {
        var sealer = sealer
        for place in [11 + 3, 17, 18, 20, 400, 1_000] {
            let good = sealer.seal(telegram)
            var bad = sealer.seal(telegram)
            bad[place] ^= 0x40
            let found = try outcomes(of: good + bad + good, keys: keys)
            #expect(found.telegrams.count == 2)
            #expect(found.reasons == [.damagedFrame(title)], "byte \(place)")
        }
        let good = sealer.seal(telegram)
        var bad = sealer.seal(telegram)
        bad[bad.count - 3] ^= 1
        #expect(try outcomes(of: good + bad, keys: keys).reasons == [.damagedFrame(title)], "tag")
    }

    @Test func `an authentic frame with a wrong CRC inside is a problem that carries the telegram`() throws {
        var sealer = sealer
        var odd = telegram
        odd[odd.count - 3] = odd[odd.count - 3] == 0x30 ? 0x31 : 0x30
        let problem = try #require(try outcomes(of: sealer.seal(odd), keys: keys).problems.first)
        guard case .checksumWrong(let stated, let computed) = problem.reason else {
            Issue.record("\(problem)")
            return
        }
        #expect(stated.count == 4 && UInt16(stated, radix: 16) != computed)
        #expect(problem.telegram?.quantity(OBISCode(1, 0, 1, 8, 0))?.decimalString == "25.653")
    }

    @Test func `a frame without a tag is refused in strict, and checked by its CRC otherwise`() throws {
        var sealer = sealer
        sealer.tagged = false
        let frame = sealer.seal(telegram)
        #expect(try outcomes(of: frame, keys: keys).reasons == [.tagMissing(title)])
        let lax = try MeterKeys(encryptionKey: Sample.key(), tagCheck: .crcOnly)
        #expect(try outcomes(of: frame, keys: lax).telegrams.first?.encryption?.authenticated == false)
    }

    @Test func `a frame without a system title opens with the configured one`() throws {
        var sealer = sealer
        sealer.titled = false
        let frame = sealer.seal(telegram)
        #expect(try outcomes(of: frame, keys: keys).reasons == [.systemTitleMissing])
        let titled = try MeterKeys(encryptionKey: Sample.key(), systemTitle: title)
        #expect(try outcomes(of: frame, keys: titled).telegrams.count == 1)
    }

    @Test func `other security suites are named`() throws {
        var sealer = sealer
        var frame = sealer.seal(telegram)
        frame[13] = 0x31
        #expect(try outcomes(of: frame, keys: keys).reasons == [.unsupportedSecurity(0x31)])
    }

    @Test func `an authentic frame without P1 text is recognised`() throws {
        var sealer = sealer
        let frame = sealer.seal([0x0F] + [UInt8](repeating: 0x02, count: 200))
        #expect(try outcomes(of: frame, keys: keys).reasons == [.notTelegramInside(title)])
    }

    @Test func `a truncated frame never costs the next good one`() throws {
        var sealer = sealer
        let good = sealer.seal(telegram)
        let next = sealer.seal(telegram)
        for length in [1, 2, 9, 11, 12, 14, 18, 19, 500, good.count - 1] {
            for pieces in Pieces.allCases {
                let found = try outcomes(of: good.prefix(length) + next, keys: keys, pieces: pieces)
                #expect(found.telegrams.map(\.encryption?.frameCounter) == [0x1122_3345], "\(length) bytes")
            }
        }
    }

    @Test func `a frame in the middle of another comes out, and the other is reported`() throws {
        var sealer = sealer
        let outer = sealer.seal(telegram)
        let inner = sealer.seal(telegram)
        let found = try outcomes(of: outer.prefix(800) + inner + outer.dropFirst(800), keys: keys)
        #expect(found.telegrams.map(\.encryption?.frameCounter) == [0x1122_3345])
        #expect(found.reasons.first == .damagedFrame(title))
    }

    @Test func `a length that lies, in both directions, never costs the next good frame`() throws {
        var sealer = sealer
        for length in [0, 18, 100, 1_400, 1_700, 30_000, 65_000] {
            var lying = sealer.seal(telegram)
            lying[11] = UInt8(length >> 8)
            lying[12] = UInt8(length & 0xFF)
            let counter = sealer.counter
            let next = sealer.seal(telegram)
            #expect(
                try outcomes(of: lying + next, keys: keys).telegrams.map(\.encryption?.frameCounter) == [counter],
                "length \(length)")
        }
    }

    @Test func `a pause on the line ends a frame that promised more`() throws {
        var sealer = sealer
        var reader = try TelegramReader(keys: keys)
        reader.append(Array(sealer.seal(telegram).prefix(1_000)))
        #expect(reader.next() == nil)
        #expect(reader.isWaitingForMore)
        reader.lineWentIdle()
        guard case .problem(let problem) = reader.next() else {
            Issue.record("no problem")
            return
        }
        #expect(problem.reason == .truncated && problem.offset == 0 && problem.length == 1_000)
        while reader.next() != nil {}
        reader.append(sealer.seal(telegram))
        guard case .telegram = reader.next() else {
            Issue.record("no telegram")
            return
        }
        #expect(!reader.isWaitingForMore)
    }
}
