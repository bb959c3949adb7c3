import SmartMeter
import Timekeeping
import UplinkPayload

extension MeterConfiguration {
    init(_ table: ConfigurationTable, number: Int, secrets: SecretSources) throws(ConfigurationError) {
        self.number = number
        name = try table.name(default: "main")
        guard let input = try table.string("input"), !input.isEmpty else {
            throw table.missing("input", "is missing: a serial device (/dev/ttyUSB0), a file, or tcp://host:port")
        }
        self.input = input
        key = try SecretFile.key("key", in: table, from: secrets)
        authenticationKey = try SecretFile.key("auth_key", in: table, from: secrets)
        tagCheck = try table.choice("tag", TagCheck.self) ?? .strict
        baudRate = try table.integer("baud", in: 9_600...115_200) ?? 115_200
        guard [9_600, 57_600, 115_200].contains(baudRate) else {
            throw table.error("baud", "must be 9600 (DSMR 2.2 and 3), 57600 or 115200, this is \(baudRate)")
        }
        let framing = try table.choice("framing", SerialFraming.self) ?? .eightNoneOne
        sevenEvenOne = framing == .sevenEvenOne
        checksum = try table.choice("crc", ChecksumRule.self) ?? .auto
        timeZone = try table.choice("time_zone", MeterTimeZone.self) ?? .centralEuropean
        silentAfter = try table.span("silent_after") ?? .minutes(5)
        alarmLimits = try table.alarmLimits("alarms")
        let minutes = (silentAfter.seconds + 59) / 60
        guard let limit = Int(exactly: minutes), AlarmLimit.silence.range.contains(limit) else {
            throw table.error("silent_after", "must be at most 7d")
        }
        alarmLimits[.silence] = limit
        systemTitle = try table.systemTitle("system_title")
        replaysInRealTime = try table.choice("replay", ReplaySpeed.self) ?? .full == .real
        try table.finish()
    }

    private enum ReplaySpeed: String, CaseIterable {
        case full, real
    }
}

/// Data bits, parity and stop bits of a serial line.
public enum SerialFraming: String, CaseIterable, Sendable {
    case eightNoneOne = "8N1"
    case sevenEvenOne = "7E1"
}
