import Ciphers
import Glibc
import HardwareSimulators
import SmartMeter
import TestTags
import Testing

@Suite(.tags(.campaign), .slow, .serialized, .timeLimit(.minutes(2))) struct AdversarialStreamTests {
    static let storms: [(name: String, pattern: [UInt8])] = [
        ("markers", [0xDB]), ("slashes", [0x2F]), ("lines of slashes", [0x2F, 0x0A]),
        ("identifications", [UInt8]("/ABC5".utf8)), ("headers", [UInt8]("/ABC5x\r\n\r\n".utf8)),
        ("identifications behind NUL", [UInt8]("\0/ABC5x\n".utf8)),
        ("empty telegrams", [UInt8]("/ABC5x\r\n\r\n!0000\r\n".utf8)), ("ends", [UInt8]("\n!".utf8)),
        ("long frames", [0xDB, 0x08] + [UInt8](repeating: 0x41, count: 8) + [0x82, 0xF0, 0x00, 0x30, 0, 0, 0, 1]),
        ("frames within titles", [0xDB, 0x08, 0x7F, 0x30]), ("untitled frames", [0xDB, 0x00, 0x82, 0xFF, 0xF0, 0x30]),
        ("HDLC flags", [0x7E, 0xA7, 0xFF]), ("M-Bus", [0x68, 0xFF, 0xFF, 0x68]),
    ]

    @Test(arguments: storms.indices)
    func `work grows with the number of bytes, and memory does not`(index: Int) throws {
        let storm = Self.storms[index]
        let short = try (0..<3).map { _ in try seconds(storm.pattern, bytes: 1 << 17) }.min() ?? 0
        let long = try (0..<3).map { _ in try seconds(storm.pattern, bytes: 1 << 19) }.min() ?? 0
        // Four times the bytes; twice that is allowed for the noise of a busy machine. Quadratic would be 16.
        #expect(long < short * 9 + 0.05, "\(storm.name): \(short) s and \(long) s")
    }

    @Test func `a good frame comes out of the middle of any storm`() throws {
        let keys = try MeterKeys(encryptionKey: Sample.key())
        var sealer = try FrameSealer(key: Sample.key())
        let plain = Sample.telegram()
        for storm in Self.storms {
            let noise = (0..<200).flatMap { _ in storm.pattern }
            let stream = noise + sealer.seal(plain) + noise + [0x0A] + plain + noise
            #expect(try outcomes(of: stream, keys: keys).telegrams.count == 2, "\(storm.name)")
        }
    }

    @Test(arguments: [34, 40, 200], [0xF000, 4_000])
    func `the beginning of a genuine frame that lies about its length costs no more than one that is nothing`(
        count: Int, length: Int
    ) throws {
        var sealer = try FrameSealer(key: Sample.key())
        let frame = sealer.seal(Sample.telegram())
        let header = frame.prefix(10) + [0x82, UInt8(length >> 8), UInt8(length & 0xFF)]
        let lie = header + frame.dropFirst(13).prefix(count - 13)
        let nothing = header + [UInt8](repeating: 0x30, count: count - 13)
        let spent = try (0..<3).map { _ in try seconds(Array(lie), bytes: 1 << 19) }.min() ?? 0
        let usual = try (0..<3).map { _ in try seconds(Array(nothing), bytes: 1 << 19) }.min() ?? 0
        // Opened as long as it says, it would be a hundred times as much.
        #expect(spent < usual * 12 + 0.05, "\(spent) s and \(usual) s")
    }

    @Test func `a long genuine frame with a character that no text holds is read behind such a storm`() throws {
        let keys = try MeterKeys(encryptionKey: Sample.key())
        var sealer = try FrameSealer(key: Sample.key())
        let frame = sealer.seal(Sample.telegram())
        let lie = frame.prefix(10) + [0x82, 0xF0, 0x00] + frame.dropFirst(13).prefix(21)
        let lines = (0..<300).map { "0-0:96.13.0(\($0))\r\n" }.joined()
        let text = [UInt8]("/ABC5x\r\n\r\n\(lines)0-0:96.13.1(\u{1B})\r\n!\r\n".utf8)
        let storm = (0..<20_000).flatMap { _ in lie }
        let found = try outcomes(of: storm + sealer.seal(text), keys: keys, pieces: .odd).telegrams
        #expect(found.map(\.identification) == ["ABC5x"])
    }

    private func seconds(_ pattern: [UInt8], bytes: Int) throws -> Double {
        let piece = (0..<4_096 / pattern.count + 1).flatMap { _ in pattern }
        var reader = try TelegramReader(keys: MeterKeys(encryptionKey: Sample.key()))
        let start = threadTime()
        for _ in 0..<bytes / piece.count {
            reader.append(piece)
            while reader.next() != nil {}
            guard reader.bytesHeld < 300_000 else {
                Issue.record("\(reader.bytesHeld) bytes held")
                return 0
            }
        }
        return threadTime() - start
    }

    /// Seconds that this thread has had of a processor: other work on the machine does not count.
    private func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
