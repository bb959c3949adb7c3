import Ciphers
import HardwareSimulators
import SmartMeter
import Timekeeping

/// From the bytes of the line to parsed objects, and what the machine could do at best with the same bytes.
enum TelegramBenchmarks {
    static func all() throws -> [Benchmark] {
        let key = try AES128Key(hex: "0123456789ABCDEF0123456789ABCDEF")
        let plain = fullTelegram()
        var sealer = try FrameSealer(key: key)
        let frame = sealer.seal(plain)
        return [
            try reading("telegram encrypted LU full", frame, keys: MeterKeys(encryptionKey: key)),
            try reading("telegram plain LU full", plain, keys: nil),
            try dialect("telegram plain DSMR 5.0", .dsmr50),
            try dialect("telegram plain Hungary", .hungary),
            try push("DLMS push HDLC encrypted", key) { PushLine.hdlc($0) },
            try push("DLMS push M-Bus encrypted", key) { PushLine.wiredMBus($0) },
            try openingCeiling(key, frame),
            checksumCeiling(plain),
            try reading("noise 0xDB storm", [UInt8](repeating: 0xDB, count: 65_536), keys: nil, thing: "block"),
            try reading(
                "noise / storm", [UInt8](repeating: UInt8(ascii: "/"), count: 65_536), keys: nil, thing: "block"),
            try headerStorm("noise header storm", key, period: 18),
            try headerStorm("noise nested header storm", key, period: 4),
            try beginningStorm("noise beginnings of a frame", key, frame, of: 34),
            try beginningStorm("noise long beginnings of a frame", key, frame, of: 200),
        ]
    }

    private static func push(_ name: String, _ key: AES128Key, _ frames: ([UInt8]) -> [UInt8]) throws -> Benchmark {
        var sealer = try FrameSealer(key: key, systemTitle: [UInt8]("KFM".utf8) + [0x67, 0x50, 0, 0, 9])
        let objects = (1...20).map {
            PushObject.register([1, 0, UInt8($0), 7, 0, 255], 230_000 + UInt32($0), scaler: -1, unit: 27)
        }
        let message = sealer.seal(PushLine.notification(objects, at: UTCInstant(secondsSince1970: 1_790_000_000)))
        return try reading(name, frames(message), keys: MeterKeys(encryptionKey: key))
    }

    private static func dialect(_ name: String, _ dialect: MeterDialect) throws -> Benchmark {
        let time = UTCInstant(secondsSince1970: 1_790_000_000)
        return try reading(name, dialect.bytes(registers(), at: time), keys: nil)
    }

    private static func fullTelegram() -> [UInt8] {
        LuxembourgTelegram(list: .full).bytes(registers(), at: UTCInstant(secondsSince1970: 1_790_000_000))
    }

    private static func registers() -> MeterRegisters {
        var registers = MeterRegisters()
        registers.energyImport = 12_345_678
        registers.energyExport = 2_345_678
        for phase in 0..<3 { registers.phases[phase].activePower = 800 }
        registers.channels = [.gas, .water, .water, .heat].map {
            MeterRegisters.Channel(medium: $0, identifier: "FLO18990003055", value: 28_103)
        }
        return registers
    }

    private static func reading(
        _ name: String, _ bytes: [UInt8], keys: MeterKeys?, thing: String = "telegram"
    ) throws -> Benchmark {
        var reader = try TelegramReader(keys: keys)
        return Benchmark(name: name, thing: thing, bytes: bytes.count) { repetitions in
            var telegrams = 0
            for _ in 0..<repetitions {
                reader.append(bytes)
                while let outcome = reader.next() {
                    if case .telegram = outcome { telegrams += 1 }
                }
            }
            if thing == "telegram", telegrams != repetitions { print("\(name): lost \(repetitions - telegrams)") }
        }
    }

    /// Header after header that promises a long frame, each worth a look with the key: the dearest noise there is.
    private static func headerStorm(_ name: String, _ key: AES128Key, period: Int) throws -> Benchmark {
        let long: [UInt8] = [0xDB, 0x08] + [UInt8](repeating: 0x41, count: 8) + [0x82, 0xF0, 0x00, 0x30, 0, 0, 0, 1]
        let nested: [UInt8] = [0xDB, 0x08, 0x7F, 0x30]  // each is also title, length and control of those before
        let storm = (0..<65_536 / period).flatMap { _ in period == 4 ? nested : long }
        return try reading(name, storm, keys: MeterKeys(encryptionKey: key), thing: "block")
    }

    /// The beginning of a genuine frame that says to be long, again and again: what it says opens to a text that begins well.
    private static func beginningStorm(
        _ name: String, _ key: AES128Key, _ frame: [UInt8], of count: Int
    ) throws -> Benchmark {
        let beginning = frame.prefix(10) + [0x82, 0xF0, 0x00] + frame.dropFirst(13).prefix(count - 13)
        let storm = (0..<65_536 / count).flatMap { _ in beginning }
        return try reading(name, storm, keys: MeterKeys(encryptionKey: key), thing: "block")
    }

    private static func openingCeiling(_ key: AES128Key, _ frame: [UInt8]) throws -> Benchmark {
        let cipher = try AESGCM(key)
        let vector = Array(frame[2..<10] + frame[14..<18])
        let additional = [0x30] + MeterKeys.luxembourgAuthenticationKey
        var plaintext: [UInt8] = []
        return Benchmark(name: "ceiling AES-GCM", thing: "frame", bytes: frame.count) { repetitions in
            var opened = 0
            for _ in 0..<repetitions
            where cipher.open(
                frame, ciphertext: 18..<frame.count - 12, tag: frame.count - 12..<frame.count, vector: vector,
                authenticating: additional, into: &plaintext)
            {
                opened += 1
            }
            if opened != repetitions { print("ceiling AES-GCM: \(repetitions - opened) tags failed") }
        }
    }

    private static func checksumCeiling(_ plain: [UInt8]) -> Benchmark {
        Benchmark(name: "ceiling CRC-16", thing: "telegram", bytes: plain.count) { repetitions in
            var sum = 0
            for _ in 0..<repetitions { sum &+= Int(CRC16.checksum(plain.span, 0..<plain.count)) }
            if sum == -1 { print("") }
        }
    }
}
