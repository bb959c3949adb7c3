import Ciphers
import HardwareSimulators
import SmartMeter
import Timekeeping

/// How a stream is cut into pieces before it is given to the reader.
enum Pieces: CaseIterable {
    case whole, singleBytes, odd

    func next(_ random: inout SeededRandom) -> Int {
        switch self {
        case .whole: .max
        case .singleBytes: 1
        case .odd: Int.random(in: 1...97, using: &random)
        }
    }
}

/// Feeds a stream and collects what comes out, to the end of the stream.
func outcomes(
    of stream: [UInt8], keys: MeterKeys? = nil, pieces: Pieces = .whole, seed: UInt64 = 1,
    timeZone: MeterTimeZone = .centralEuropean
) throws -> [ReaderOutcome] {
    var random = SeededRandom(seed: seed)
    return try outcomes(of: stream, keys: keys, timeZone: timeZone) { pieces.next(&random) }
}

/// The same in pieces of so many bytes.
func outcomes(of stream: [UInt8], keys: MeterKeys? = nil, size: Int) throws -> [ReaderOutcome] {
    try outcomes(of: stream, keys: keys, timeZone: .centralEuropean) { size }
}

private func outcomes(
    of stream: [UInt8], keys: MeterKeys?, timeZone: MeterTimeZone, nextSize: () -> Int
) throws -> [ReaderOutcome] {
    var reader = try TelegramReader(keys: keys, timeZone: timeZone)
    var collected: [ReaderOutcome] = []
    var index = 0
    while index < stream.count {
        let end = index + min(nextSize(), stream.count - index)
        reader.append(stream[index..<end])
        while let outcome = reader.next() { collected.append(outcome) }
        index = end
    }
    reader.finish()
    while let outcome = reader.next() { collected.append(outcome) }
    return collected
}

extension [ReaderOutcome] {
    var telegrams: [Telegram] {
        compactMap { outcome in
            guard case .telegram(let telegram) = outcome else { return nil }
            return telegram
        }
    }

    var problems: [ReaderProblem] {
        compactMap { outcome in
            guard case .problem(let problem) = outcome else { return nil }
            return problem
        }
    }

    var reasons: [ReaderProblem.Reason] { problems.map(\.reason) }

    /// Everything that is to be the same however the stream is cut.
    var traces: [String] {
        map { outcome in
            switch outcome {
            case .telegram(let telegram):
                "\(telegram.text) \(telegram.checksum) \(String(describing: telegram.encryption)) "
                    + telegram.objects.map { "\($0.code) \($0.valueString) \($0.unitSymbol ?? "")" }.joined()
            case .problem(let problem): "\(problem) \(problem.telegram?.text ?? "")"
            }
        }
    }
}

/// What the tests' meters share.
enum Sample {
    static let time = UTCInstant(secondsSince1970: 1_790_000_000)  // 2026-09-21T14:13:20Z
    static let systemTitle = SystemTitle([0x53, 0x41, 0x47, 0x67, 0x70, 0x05, 0x0E, 0x9D])

    static func key(_ text: String = "0123456789ABCDEF0123456789ABCDEF") throws -> AES128Key {
        try AES128Key(hex: text)
    }

    static func registers(_ energy: Int64 = 25_653) -> MeterRegisters {
        var registers = MeterRegisters()
        registers.energyImport = energy
        registers.energyExport = 40
        registers.phases[0].activePower = 5
        registers.phases[1].activePower = -1_250
        registers.channels = [
            MeterRegisters.Channel(medium: .gas, identifier: "FLO18990003055", value: 28_103),
            MeterRegisters.Channel(medium: .heat, identifier: "HEAT0001", value: 7),
        ]
        return registers
    }

    static func telegram(
        _ list: LuxembourgTelegram.List = .standard, energy: Int64 = 25_653, messages: [String] = []
    ) -> [UInt8] {
        var telegram = LuxembourgTelegram(list: list)
        telegram.messages = messages
        return telegram.bytes(registers(energy), at: time)
    }

    /// A telegram with these lines, its CRC made by the simulator's rules or left out.
    static func telegram(lines: [String], identification: String = "ISK5\\2M550T-1012", lineEnd: String = "\r\n")
        -> [UInt8]
    {
        let text = "/\(identification)\(lineEnd)\(lineEnd)" + lines.map { $0 + lineEnd }.joined() + "!"
        return [UInt8]((text + crc([UInt8](text.utf8)) + lineEnd).utf8)
    }

    /// CRC-16/ARC in four upper-case digits, bit by bit.
    static func crc(_ bytes: [UInt8]) -> String {
        var crc: UInt16 = 0
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        }
        let digits = String(crc, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
