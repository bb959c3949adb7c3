import Ciphers
import HardwareSimulators
import SmartMeter
import Synchronization
import TestTags
import Testing

/// Random streams of good frames with random damage between them. A failing stream can be run again from its number.
///
/// A CRC-16 passes one in 65 536 telegrams that were damaged at random, so a run of tens of thousands of streams may
/// meet one; these do not.
@Suite(.tags(.campaign), .slow) struct RandomStreamTests {
    @Test(arguments: 0..<100)
    func `of a damaged stream every good frame comes out once, and nothing else`(part: Int) throws {
        let keys = try MeterKeys(encryptionKey: Sample.key())
        for number in 0..<100 {
            let seed = UInt64(part * 100 + number)
            var maker = try StreamMaker(seed: seed)
            let (stream, expected) = maker.make()
            let found = try outcomes(
                of: stream, keys: keys, pieces: number.isMultiple(of: 50) ? .singleBytes : .odd, seed: seed)
            #expect(found.telegrams.map(\.text) == expected, "stream \(seed)")
        }
    }
}

/// Makes one stream: one meter, of some dialect and with some habits, plain or encrypted.
private struct StreamMaker {
    private var random: SeededRandom
    private var sealer: FrameSealer
    private var energy: Int64 = 1
    private let encrypts: Bool
    private let dialect: MeterDialect
    private let habits: Set<MeterHabit>

    /// How a meter's telegrams end.
    private static let endings: [Set<MeterHabit>] = [
        [], [], [.lowerCaseChecksum], [.unpaddedChecksum], [.nulBehind], [.formFeedBehind], [.onesBehind],
        [.textBehind],
    ]
    /// What is in them.
    private static let contents: [Set<MeterHabit>] = [
        [], [], [.lineFeedOnly], [.slashInIdentification], [.suffixedCodes], [.unitWithoutStar], [.neverStamps],
        [.stampsWithoutSeason], [.deadChannel], [.oddLines], [.highByte],
    ]

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        sealer = try FrameSealer(key: Sample.key())
        dialect = MeterDialect.allCases.randomElement(using: &random) ?? .luxembourg
        encrypts = Bool.random(using: &random)
        let ending = Self.endings.randomElement(using: &random) ?? []
        habits = ending.union(Self.contents.randomElement(using: &random) ?? [])
        sealer.lengthForm = [.octets(2), .octets(2), .octets(3), .shortest].randomElement(using: &random) ?? .shortest
    }

    /// The bytes, and the texts of the good telegrams up to their checksums.
    mutating func make() -> (stream: [UInt8], expected: [String]) {
        var stream: [UInt8] = []
        var expected: [String] = []
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            for _ in 0..<Int.random(in: 0...2, using: &random) { stream += damage() }
            let (bytes, text) = frame()
            stream += bytes
            expected.append(encrypts ? text.shown : text.prefix(endOfText(text)).shown)
        }
        return (stream + damage(), expected)
    }

    /// A good frame, each with another register.
    private mutating func frame() -> (bytes: [UInt8], text: [UInt8]) {
        energy += 1
        let text = TelegramPool.telegram(dialect, habits, energy)
        return (encrypts ? sealer.seal(text) : text, text)
    }

    /// The place behind the checksum; the `!` stands at the beginning of the last line or the last but one.
    private func endOfText(_ text: [UInt8]) -> Int {
        let bang = text.lastIndex(of: UInt8(ascii: "!")) ?? 0
        return text[bang...].firstIndex { $0 == 0x0D || $0 == 0x0A } ?? text.count
    }

    /// A frame that is harmed, or noise; nothing when the harm happened to change nothing.
    private mutating func damage() -> [UInt8] {
        let (bytes, text) = frame()
        let harmed = harm(bytes, text)
        return harmed == bytes ? [] : harmed
    }

    private mutating func harm(_ whole: [UInt8], _ text: [UInt8]) -> [UInt8] {
        var bytes = whole
        // Behind the `!` of a plain telegram there is nothing whose loss or damage would make it bad.
        let bang = text.lastIndex(of: UInt8(ascii: "!")) ?? 0
        let harmed = encrypts ? bytes.count : dialect.hasChecksum ? bang + 1 : bang
        let place = Int.random(in: 0..<harmed, using: &random)
        // A text without a checksum shows no other harm than a lost end: a beginning and an end make a telegram.
        let isProven = encrypts || dialect.hasChecksum
        switch Int.random(in: 0...(isProven ? 8 : 1), using: &random) {
        case 0:
            return (0..<Int.random(in: 1...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1: return Array(bytes.prefix(place))
        case 2: return Array(bytes.suffix(bytes.count - place - 1))
        case 3:
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            return bytes
        case 4:
            bytes.remove(at: place)
            return bytes
        case 5:
            bytes.insert(UInt8.random(in: 0x80...0xFF, using: &random), at: max(1, place))
            return bytes
        case 6 where encrypts:
            bytes[11] = UInt8.random(in: 0...255, using: &random)  // a length that lies
            bytes[14] ^= 1  // and, should it say the truth, a counter that does not fit
            return bytes
        case 7: return Array(bytes.prefix(place)) + Array(bytes.suffix(Int.random(in: 0..<harmed, using: &random)))
        default:
            let end = min(harmed, place + Int.random(in: 1...40, using: &random))
            for index in place..<end { bytes[index] = [0xDB, 0x2F, 0x08, 0x30].randomElement(using: &random) ?? 0 }
            return bytes
        }
    }
}

/// Telegrams are made once: writing them costs a debug build more than reading them.
private enum TelegramPool {
    private struct Kind: Hashable {
        let dialect: MeterDialect
        let habits: Set<MeterHabit>
        let energy: Int64
    }

    private static let telegrams = Mutex<[Kind: [UInt8]]>([:])

    static func telegram(_ dialect: MeterDialect, _ habits: Set<MeterHabit>, _ energy: Int64) -> [UInt8] {
        let kind = Kind(dialect: dialect, habits: habits, energy: energy)
        if let made = telegrams.withLock({ $0[kind] }) { return made }
        let made = dialect.bytes(Sample.registers(energy), at: Sample.time, habits: habits)
        telegrams.withLock { $0[kind] = made }
        return made
    }
}

extension Sequence<UInt8> {
    /// As the reader shows it: bytes above 0x7F as U+FFFD.
    fileprivate var shown: String {
        var text = ""
        for byte in self { text.unicodeScalars.append(byte < 0x80 ? Unicode.Scalar(byte) : "\u{FFFD}") }
        return text
    }
}
