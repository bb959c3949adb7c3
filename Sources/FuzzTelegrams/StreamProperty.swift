import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Timekeeping

/// What must hold for every stream of bytes: the process stops where it does not.
enum StreamProperty {
    /// The first byte of an input chooses what is done with the rest.
    static func check(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let rest = Array(input.dropFirst())
        switch kind & 3 {
        case 0 where kind & 0x1C == 0 && kind >= 32: compareText(rest, kind)
        case 0 where kind & 0x1C != 0: compare(framed(rest, kind), keys: kind & 32 == 0 ? nil : keys(4), kind)
        case 0: compare(rest, keys: nil, kind)
        case 1: compare(rest, keys: keys(kind), kind)
        case 2: compare(sealed(rest, kind), keys: keys(kind), kind)
        default: compare(rest + goodFrame(), keys: keys(kind), kind, endsWell: true)
        }
    }

    /// A stream gives the same in one piece and in many, and holds no more than it may.
    private static func compare(_ stream: [UInt8], keys: MeterKeys?, _ kind: UInt8, endsWell: Bool = false) {
        let whole = read(stream, keys: keys, piece: max(1, stream.count))
        let pieces = read(stream, keys: keys, piece: 1 + Int(kind >> 2))
        guard whole == pieces else { fail("differs when cut: \(whole) \(pieces)") }
        if endsWell, !whole.contains(where: { $0.contains(goodText) }) { fail("lost the good frame: \(whole)") }
    }

    private static func read(
        _ stream: [UInt8], keys: MeterKeys?, piece: Int, checksum: ChecksumRule = .auto, sevenBits: Bool = false
    ) -> [String] {
        guard var reader = try? TelegramReader(keys: keys, checksum: checksum, sevenBits: sevenBits) else {
            fail("no reader")
        }
        var recorder = IntervalRecorder(codes: [OBISCode(1, 0, 1, 8, 0), OBISCode(0, 1, 24, 2, 1)])
        var traces: [String] = []
        var index = 0
        while index < stream.count {
            let end = min(index + piece, stream.count)
            reader.append(stream[index..<end])
            while let outcome = reader.next() { traces.append(trace(outcome, &recorder)) }
            if reader.bytesHeld > 3 * 65_536 + piece { fail("\(reader.bytesHeld) bytes held") }
            index = end
        }
        reader.finish()
        while let outcome = reader.next() { traces.append(trace(outcome, &recorder)) }
        if reader.isWaitingForMore || traces.count > stream.count { fail("\(traces.count) outcomes") }
        return traces
    }

    private static func trace(_ outcome: ReaderOutcome, _ recorder: inout IntervalRecorder) -> String {
        switch outcome {
        case .telegram(let telegram):
            let reading = telegram.reading(receivedAt: UTCInstant(secondsSince1970: 0))
            let outcomes = recorder.add(reading, meter: telegram.meterIdentifier)
            return "\(outcomes.count)" + describe(telegram)
        case .problem(let problem): return "\(problem)" + (problem.telegram.map(describe) ?? "")
        }
    }

    private static func describe(_ telegram: Telegram) -> String {
        "\(telegram.identification) \(String(describing: telegram.time)) \(telegram.checksum) "
            + telegram.objects.map { "\($0.code)\($0.raw)\($0.valueString)\($0.unitSymbol ?? "")\($0.value)" }.joined()
            + telegram.text
    }

    private static let key = try? AES128Key(hex: "0123456789ABCDEF0123456789ABCDEF")

    private static func keys(_ kind: UInt8) -> MeterKeys? {
        key.map { MeterKeys(encryptionKey: $0, tagCheck: kind & 4 == 0 ? .strict : .crcOnly) }
    }

    /// The text in a frame, so that what is inside of frames is reached.
    private static func sealed(_ text: [UInt8], _ kind: UInt8) -> [UInt8] {
        guard let key, var sealer = try? FrameSealer(key: key) else { fail("no sealer") }
        sealer.tagged = kind & 8 == 0
        sealer.lengthForm = kind & 16 == 0 ? .octets(3) : .shortest
        return sealer.seal(text) + sealer.seal(text).prefix(text.count / 2) + sealer.seal(text)
    }

    /// The bytes in frames of other protocols, so that what is inside of these is reached: in clear and encrypted, behind the
    /// first bytes of a push and without them.
    private static func framed(_ rest: [UInt8], _ kind: UInt8) -> [UInt8] {
        guard let key, var sealer = try? FrameSealer(key: key) else { fail("no sealer") }
        let push = kind & 64 == 0 ? rest : [0x0F, 0, 0, 0, 1, 0] + rest
        let message = kind & 128 == 0 ? push : sealer.seal(push)
        switch kind & 0x1C {
        case 4: return PushLine.hdlc(message)
        case 8: return PushLine.hdlc(message, segment: 60) + PushLine.hdlc(message)
        case 12: return PushLine.blocks(message, of: 60)
        case 16: return PushLine.wiredMBus(message)
        case 20: return PushLine.wiredMBus(message, data: 60)
        case 24: return SMLWriter.framed(rest)
        default: return PushLine.hdlc(message) + rest + PushLine.wiredMBus(message)
        }
    }

    /// Text in the forms that meters beside P1 have: with any rule for its check, with parity, between STX and ETX, with a right
    /// check behind it, encrypted behind its header.
    private static func compareText(_ rest: [UInt8], _ kind: UInt8) {
        guard let choice = rest.first else { return }
        let rule = ChecksumRule.allCases[Int(choice) % ChecksumRule.allCases.count]
        var stream = text(Array(rest.dropFirst()), kind)
        if choice & 0x80 != 0 { stream = stream.map(withParity) }
        let sevenBits = choice & 0x40 != 0
        let whole = read(stream, keys: keys(kind), piece: max(1, stream.count), checksum: rule, sevenBits: sevenBits)
        let pieces = read(stream, keys: keys(kind), piece: 1 + Int(choice & 0x3F), checksum: rule, sevenBits: sevenBits)
        guard whole == pieces else { fail("differs when cut: \(whole) \(pieces)") }
    }

    /// A byte of 7E1 as 8N1 reads it.
    private static func withParity(_ byte: UInt8) -> UInt8 {
        let character = byte & 0x7F
        return character.nonzeroBitCount.isMultiple(of: 2) ? character : character | 0x80
    }

    private static func text(_ rest: [UInt8], _ kind: UInt8) -> [UInt8] {
        let header = [UInt8]("/ABC5x\r\n".utf8)
        switch kind >> 5 {
        case 1:
            let data = rest + [UInt8]("\r\n!\r\n\u{3}".utf8)
            return header + [2] + data + [data.reduce(0, ^)] + header + [2] + data
        case 2, 3:
            let text = header + [13, 10] + rest + [UInt8]("\r\n!".utf8)
            let crc = CRC16.checksum(text.span, 0..<text.count, kind >> 5 == 2 ? .x25 : .arc)
            let digits = String(crc, radix: 16, uppercase: true)
            return text + String(repeating: "0", count: 4 - digits.count).utf8 + digits.utf8 + [13, 10] + text
        case 4: return rest.map { $0 == 13 ? 10 : $0 } + rest
        default:
            guard let key, let cipher = try? AESGCM(key),
                let sealed = cipher.seal(
                    rest, vector: [UInt8](repeating: 0, count: 12),
                    authenticating: [0x30] + MeterKeys.luxembourgAuthenticationKey)
            else { fail("no cipher") }
            let count = 5 + sealed.count
            let length: [UInt8] = [0x00, 0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
            return header + [13, 10] + length + [0x30, 0, 0, 0, 0] + sealed + [UInt8]("!BB70\r\n".utf8) + rest
        }
    }

    private static let goodText = "the last one)\r\n!"
    private static let good: [UInt8] = {
        guard let key, var sealer = try? FrameSealer(key: key, counter: 77) else { return [] }
        let lines = "/Lux5\\253694471_M\r\n\r\n1-0:1.8.0(000025.653*kWh)\r\n0-0:96.13.0(the last one)\r\n!"
        let text = [UInt8](lines.utf8)
        let crc = String(CRC16.checksum(text.span, 0..<text.count), radix: 16, uppercase: true)
        return sealer.seal(text + String(repeating: "0", count: 4 - crc.count).utf8 + crc.utf8 + [13, 10])
    }()

    private static func goodFrame() -> [UInt8] { good }

    private static func fail(_ message: String) -> Never { fatalError(message) }
}
