import Ciphers
import HardwareSimulators
import SmartMeter
import Testing

/// Random streams of good frames with random damage between them. A failing stream can be run again from its number.
///
/// A CRC-16 passes one in 65 536 telegrams that were damaged at random, so a run of tens of thousands of streams may
/// meet one; these do not.
@Suite struct RandomStreamTests {
    @Test(arguments: 0..<16)
    func `of a damaged stream every good frame comes out once, and nothing else`(part: Int) throws {
        let keys = try MeterKeys(encryptionKey: Sample.key())
        for number in 0..<100 {
            let seed = UInt64(part * 100 + number)
            var maker = try StreamMaker(seed: seed)
            let (stream, expected) = maker.make()
            let found = try outcomes(
                of: stream, keys: keys, pieces: number.isMultiple(of: 10) ? .singleBytes : .odd, seed: seed)
            #expect(found.telegrams.map(\.text).map { $0.filter { !$0.isNewline } } == expected, "stream \(seed)")
        }
    }
}

/// Makes one stream.
private struct StreamMaker {
    private var random: SeededRandom
    private var sealer: FrameSealer
    private var energy: Int64 = 1

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        sealer = try FrameSealer(key: Sample.key())
    }

    /// The bytes, and the texts of the good telegrams without their line ends.
    mutating func make() -> (stream: [UInt8], expected: [String]) {
        var stream: [UInt8] = []
        var expected: [String] = []
        for _ in 0..<Int.random(in: 2...7, using: &random) {
            for _ in 0..<Int.random(in: 0...2, using: &random) { stream += damage() }
            let (bytes, text) = frame()
            stream += bytes
            expected.append(String(decoding: text, as: UTF8.self).filter { !$0.isNewline })
        }
        return (stream + damage(), expected)
    }

    /// A good frame, each with another register, plain or encrypted.
    private mutating func frame() -> (bytes: [UInt8], text: [UInt8]) {
        energy += 1
        let list: LuxembourgTelegram.List = Int.random(in: 0...3, using: &random) == 0 ? .full : .standard
        let text = Sample.telegram(list, energy: energy)
        sealer.lengthForm = [.octets(2), .octets(2), .octets(3), .shortest].randomElement(using: &random) ?? .shortest
        return Bool.random(using: &random) ? (text, text) : (sealer.seal(text), text)
    }

    /// A frame that is harmed, or noise; nothing when the harm happened to change nothing.
    private mutating func damage() -> [UInt8] {
        let (bytes, _) = frame()
        let harmed = harm(bytes)
        return harmed == bytes ? [] : harmed
    }

    private mutating func harm(_ whole: [UInt8]) -> [UInt8] {
        var bytes = whole
        let isPlain = bytes[0] == UInt8(ascii: "/")
        // Behind these bytes of a plain telegram there is nothing whose loss or damage would make it bad.
        let harmed = isPlain ? bytes.count - 6 : bytes.count
        let place = Int.random(in: 0..<harmed, using: &random)
        switch Int.random(in: 0...8, using: &random) {
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
        case 6 where !isPlain:
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
