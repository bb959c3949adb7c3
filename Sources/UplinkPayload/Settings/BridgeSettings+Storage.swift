/// The settings that are stored can't be read.
public struct DamagedSettings: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String {
        "the settings that downlinks had made are damaged: those of the configuration file hold again"
    }
}

extension BridgeSettings {
    private static let storedVersion: UInt64 = 2
    /// Of the last sequence number alone.
    private static let firstVersion: UInt64 = 1
    private static let noSequence: UInt64 = 0xFFFF
    private static let noLimit: UInt64 = 0xFFFF

    /// The settings as bytes for the store, with a mark of the configuration from which they began.
    public func stored(configured: BridgeSettings) -> [UInt8] {
        var writer = BitWriter()
        writer.write(Self.storedVersion, width: 8)
        writer.write(configured.fingerprint, width: 32)
        writer.write(UInt64(recentSequences.count), width: 8)
        for sequence in recentSequences { writer.write(UInt64(truncatingIfNeeded: sequence), width: 16) }
        write(to: &writer)
        writer.write(Self.checksum(writer.bytes), width: 32)
        return writer.bytes
    }

    /// Reads what was stored. When the configuration file has since been changed in what downlinks can set, it wins: of
    /// the stored settings only the sequence numbers hold on.
    public init(stored bytes: [UInt8], configured: BridgeSettings) throws(DamagedSettings) {
        var reader = BitReader(bytes)
        guard bytes.count > 4, let version = reader.read(width: 8),
            [Self.firstVersion, Self.storedVersion].contains(version), let fingerprint = reader.read(width: 32)
        else { throw DamagedSettings() }
        let content = Array(bytes.dropLast(4))
        var tail = BitReader(Array(bytes.suffix(4)))
        guard tail.read(width: 32) == Self.checksum(content), let settings = Self.read(&reader, version) else {
            throw DamagedSettings()
        }
        self = (fingerprint == configured.fingerprint ? settings : configured).remembering(settings)
    }

    /// What a change of the configuration file changes; the same as in the first version.
    private var fingerprint: UInt64 {
        var writer = BitWriter()
        writer.write(Self.noSequence, width: 16)
        write(to: &writer)
        return Self.checksum(writer.bytes)
    }

    private func write(to writer: inout BitWriter) {
        writer.write(dailyAirTime.map { UInt64(truncatingIfNeeded: $0) } ?? 0xFFFF_FFFF, width: 32)
        writer.write(UInt64(reports.count), width: 16)
        for report in reports {
            writer.write(report.isOn ? 1 : 0, width: 8)
            writer.write(UInt64(truncatingIfNeeded: report.period), width: 16)
        }
        writer.write(UInt64(limits.count), width: 8)
        for meter in limits {
            for limit in AlarmLimit.allCases {
                writer.write(meter[limit].map { UInt64(truncatingIfNeeded: $0) } ?? Self.noLimit, width: 16)
            }
        }
    }

    private static func read(_ reader: inout BitReader, _ version: UInt64) -> BridgeSettings? {
        guard let sequences = sequences(&reader, version), let airTime = reader.read(width: 32),
            let reportCount = reader.read(width: 16)
        else { return nil }
        var settings = BridgeSettings(reports: [], limits: [], dailyAirTime: nil)
        for sequence in sequences { settings.remember(sequence) }
        settings.dailyAirTime = airTime == 0xFFFF_FFFF ? nil : Int(airTime)
        for _ in 0..<reportCount {
            guard let isOn = reader.read(width: 8), let period = reader.read(width: 16) else { return nil }
            settings.reports.append(Report(isOn: isOn == 1, period: Int(period)))
        }
        guard let meterCount = reader.read(width: 8) else { return nil }
        for _ in 0..<meterCount {
            var limits: [AlarmLimit: Int] = [:]
            for limit in AlarmLimit.allCases {
                guard let value = reader.read(width: 16) else { return nil }
                if value != noLimit { limits[limit] = Int(value) }
            }
            settings.limits.append(limits)
        }
        return settings
    }

    private static func sequences(_ reader: inout BitReader, _ version: UInt64) -> [Int]? {
        guard version != firstVersion else {
            return reader.read(width: 16).map { $0 == noSequence ? [] : [Int($0)] }
        }
        guard let count = reader.read(width: 8) else { return nil }
        var sequences: [Int] = []
        for _ in 0..<count {
            guard let sequence = reader.read(width: 16) else { return nil }
            sequences.append(Int(sequence))
        }
        return sequences
    }

    /// FNV-1a in 32 bits.
    private static func checksum(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return UInt64(hash)
    }
}
