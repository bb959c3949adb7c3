import Ciphers
import HardwareSimulators
import SmartMeter
import Testing

@Suite struct ReplayTests {
    let keys: MeterKeys
    let telegram = Sample.telegram(.full)
    let title = Sample.systemTitle
    let strangerTitle: [UInt8] = [0x53, 0x41, 0x47, 0x67, 0x70, 0x0F, 0x00, 0x01]

    init() throws {
        keys = try MeterKeys(encryptionKey: Sample.key())
    }

    private func read(
        _ stream: [UInt8], _ known: inout ReplayGuard, keys: MeterKeys? = nil
    ) throws -> [ReaderOutcome] {
        var reader = try TelegramReader(keys: keys ?? self.keys, replayGuard: known)
        reader.append(stream)
        reader.finish()
        var found: [ReaderOutcome] = []
        while let outcome = reader.next() { found.append(outcome) }
        known = reader.replayGuard ?? known
        return found
    }

    @Test func `a frame comes out once, and its recordings are refused whenever they come`() throws {
        var sealer = try FrameSealer(key: Sample.key(), counter: 100)
        let frames = (0..<4).map { _ in sealer.seal(telegram) }
        var known = ReplayGuard()
        let first = try read(frames[1] + frames[1] + frames[0] + frames[2], &known)
        #expect(first.telegrams.map(\.encryption?.frameCounter) == [101, 102])
        #expect(
            first.reasons == [
                .replayed(title, counter: 101, newest: 101), .replayed(title, counter: 100, newest: 101),
            ])
        #expect(first.problems.allSatisfy { $0.telegram != nil })
        // After a restart, with what the store kept.
        let second = try read(frames[2] + frames[3], &known)
        #expect(second.reasons == [.replayed(title, counter: 102, newest: 102)])
        #expect(second.telegrams.map(\.encryption?.frameCounter) == [103])
        #expect(known.newestCounter == 103 && known.systemTitle == title)
    }

    @Test func `counters that were skipped are no problem`() throws {
        var sealer = try FrameSealer(key: Sample.key(), counter: 1)
        var known = ReplayGuard()
        var stream = sealer.seal(telegram)
        sealer.counter = 0xFFFF_FFFE
        stream += sealer.seal(telegram) + sealer.seal(telegram)
        #expect(try read(stream, &known).telegrams.count == 3)
        #expect(known.newestCounter == .max)
    }

    @Test func `a counter that begins anew is accepted with a new key and reported with the same`() throws {
        let newKey = try Sample.key("FF23456789ABCDEF0123456789ABCDEF")
        var old = try FrameSealer(key: Sample.key(), counter: 1_000_000)
        var same = try FrameSealer(key: Sample.key(), counter: 1)
        var new = try FrameSealer(key: newKey, counter: 1)
        var known = ReplayGuard()
        let found = try read(old.seal(telegram) + same.seal(telegram), &known)
        #expect(found.telegrams.count == 1)
        #expect(found.reasons == [.counterRestarted(title, counter: 1, newest: 1_000_000)])
        #expect(found.problems.first?.description.contains("1 after 1000000") == true)
        let renewed = try read(
            new.seal(telegram) + new.seal(telegram), &known, keys: MeterKeys(encryptionKey: newKey))
        #expect(renewed.telegrams.map(\.encryption?.frameCounter) == [1, 2])
        #expect(known.newestCounter == 2)
    }

    @Test func `another meter under a new key begins anew, under the known key it is refused`() throws {
        let newKey = try Sample.key("FF23456789ABCDEF0123456789ABCDEF")
        var own = try FrameSealer(key: Sample.key(), counter: 500)
        var stranger = try FrameSealer(key: Sample.key(), systemTitle: strangerTitle, counter: 900)
        var known = ReplayGuard()
        let found = try read(own.seal(telegram) + stranger.seal(telegram), &known)
        #expect(found.telegrams.count == 1)
        #expect(found.reasons == [.otherMeter(SystemTitle(strangerTitle), expected: title)])
        var replacement = try FrameSealer(key: newKey, systemTitle: strangerTitle, counter: 3)
        let replaced = try read(replacement.seal(telegram), &known, keys: MeterKeys(encryptionKey: newKey))
        #expect(replaced.telegrams.count == 1)
        #expect(known.systemTitle?.bytes == strangerTitle)
    }

    @Test func `the wrong meter is told by its name: at once against a configured one`() throws {
        let titled = try MeterKeys(encryptionKey: Sample.key(), systemTitle: title)
        var stranger = try FrameSealer(
            key: Sample.key("FF23456789ABCDEF0123456789ABCDEF"), systemTitle: strangerTitle)
        let reason = ReaderProblem.Reason.otherMeter(SystemTitle(strangerTitle), expected: title)
        #expect(try outcomes(of: stranger.seal(telegram), keys: titled).reasons == [reason])
        #expect("\(reason)".contains("SAG1030700331421"))
        var own = try FrameSealer(key: Sample.key())
        let proof = own.seal(telegram)
        var damaged = own.seal(telegram)
        damaged[5] ^= 1
        let found = try outcomes(of: proof + damaged + own.seal(telegram), keys: titled)
        #expect(found.reasons == [.damagedFrame(title)])
    }

    @Test func `a name that differs in a bit is another meter's until the key is proven`() throws {
        for bit in 0..<64 {
            var other = title.bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            let titled = try MeterKeys(encryptionKey: Sample.key(), systemTitle: title)
            var stranger = try FrameSealer(key: Sample.key(), systemTitle: other)
            let reason = ReaderProblem.Reason.otherMeter(SystemTitle(other), expected: title)
            #expect(try outcomes(of: stranger.seal(telegram), keys: titled).reasons == [reason])
        }
    }

    @Test func `the wrong meter is told by its name: with its second frame against a remembered one`() throws {
        var own = try FrameSealer(key: Sample.key())
        var known = ReplayGuard()
        _ = try read(own.seal(telegram), &known)
        let key = try Sample.key("FF23456789ABCDEF0123456789ABCDEF")
        var stranger = try FrameSealer(key: key, systemTitle: strangerTitle)
        let found = try read(stranger.seal(telegram) + stranger.seal(telegram), &known)
        #expect(
            found.reasons == [
                .wrongEncryptionKeyOrDamaged(SystemTitle(strangerTitle)),
                .otherMeter(SystemTitle(strangerTitle), expected: title),
            ])
    }

    @Test func `a key that was right until now and opens nothing any more has been changed`() throws {
        var own = try FrameSealer(key: Sample.key())
        var changed = try FrameSealer(key: Sample.key("FF23456789ABCDEF0123456789ABCDEF"), counter: 2)
        let stream = own.seal(telegram) + (0..<4).flatMap { _ in changed.seal(telegram) }
        #expect(
            try outcomes(of: stream, keys: keys).reasons == [
                .damagedFrame(title), .damagedFrame(title), .wrongEncryptionKey(title), .wrongEncryptionKey(title),
            ])
    }

    @Test func `the five diagnoses are kept apart`() throws {
        var known = ReplayGuard()
        var own = try FrameSealer(key: Sample.key())
        let good = own.seal(telegram)
        var damaged = own.seal(telegram)
        damaged[800] ^= 1
        var authentic = try FrameSealer(
            key: Sample.key(), authenticationKey: Sample.key(String(repeating: "B", count: 32)), counter: 7)
        var stranger = try FrameSealer(
            key: Sample.key("FF23456789ABCDEF0123456789ABCDEF"), systemTitle: strangerTitle, counter: 9)
        var wrong = try FrameSealer(key: Sample.key("FF23456789ABCDEF0123456789ABCDEF"), counter: 20)
        var reasons = try outcomes(of: wrong.seal(telegram) + wrong.seal(telegram), keys: keys).reasons.suffix(1)
        reasons += try outcomes(of: authentic.seal(telegram), keys: keys).reasons
        reasons += try read(good + damaged + good + stranger.seal(telegram) + stranger.seal(telegram), &known).reasons
        #expect(
            reasons == [
                .wrongEncryptionKey(title), .authenticationKeyDiffers(title), .damagedFrame(title),
                .replayed(title, counter: 1, newest: 1), .wrongEncryptionKeyOrDamaged(SystemTitle(strangerTitle)),
                .otherMeter(SystemTitle(strangerTitle), expected: title),
            ])
        #expect(Set(reasons.map(\.description)).count == 6)
    }
}
