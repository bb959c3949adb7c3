package import Ciphers
import ConfigurationText
package import HardwareInterfaces
package import SmartMeter
package import Timekeeping
package import UplinkPayload

/// A meter on a P1 port.
package struct MeterConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    package var number: Int
    package var name: String
    /// A serial device, a file, or `tcp://host:port`.
    package var input: String
    /// The encryption key from the grid operator; nil for meters that do not encrypt.
    package var key: AES128Key?
    /// The meter's own authentication key; nil for the one that all Luxembourg meters share.
    package var authenticationKey: AES128Key?
    package var tagCheck: TagCheck
    /// The meter that is meant, by the name in its encrypted frames; nil for whichever the key opens.
    package var systemTitle: SystemTitle?
    /// A file is replayed at the pace of its time stamps instead of at once.
    package var replaysInRealTime: Bool
    /// Bits a second of a serial device.
    package var baudRate: Int
    package var framing: SerialFraming
    /// Speed and framing are found by trying.
    package var findsSettings: Bool
    /// What proves telegrams that are not encrypted.
    package var checksum: ChecksumRule
    /// The local time of the meter's stamps.
    package var timeZone: MeterTimeZone
    /// kW of the reference powers above which energy is counted, beside 3, 7 and 12.
    package var referenceClasses: [UInt8]
    /// How long without a telegram is reported as trouble.
    package var silentAfter: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    package var alarmLimits: [AlarmLimit: Int]
}

extension MeterConfiguration {
    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, number: Int, secrets: SecretSources) {
        self.number = number
        name = table.name(default: "main")
        let input = table.required("input", "is missing: a serial device (/dev/ttyUSB0), a file, or tcp://host:port")
        key = SecretFile.key("key", in: table, from: secrets)
        authenticationKey = SecretFile.key("auth_key", in: table, from: secrets)
        tagCheck = table.choice("tag", TagCheck.self) ?? .strict
        baudRate = table.isWord("baud", "auto") ? 115_200 : Self.baudRate(table)
        findsSettings = table.isWord("baud", "auto")
        framing = table.choice("framing", SerialFraming.self) ?? .eightNoneOne
        checksum = table.choice("crc", ChecksumRule.self) ?? .auto
        timeZone = table.choice("time_zone", MeterTimeZone.self) ?? .centralEuropean
        referenceClasses = Self.referenceClasses(table)
        silentAfter = Self.silentAfter(table)
        alarmLimits = table.alarmLimits("alarms")
        alarmLimits[.silence] = Int(silentAfter.seconds / 60)
        systemTitle = table.systemTitle("system_title")
        replaysInRealTime = table.choice("replay", ReplaySpeed.self) ?? .full == .real
        table.finish()
        guard let input else { return nil }
        self.input = input
    }

    private static func baudRate(_ table: ConfigurationTable) -> Int {
        let rate = table.integer("baud", in: 300...115_200) ?? 115_200
        if !SerialSettings.speeds.contains(rate) {
            let known = SerialSettings.speeds.map(String.init).joined(separator: ", ")
            table.refuse("baud", "must be one of \(known), or \"auto\", this is \(rate)")
        }
        return rate
    }

    /// Downlinks and status reports tell it in minutes.
    private static func silentAfter(_ table: ConfigurationTable) -> TimeSpan {
        let usual = TimeSpan.minutes(5)
        guard let span = table.span("silent_after") else { return usual }
        if span.nanoseconds % TimeSpan.minutes(1).nanoseconds == 0, span <= .hours(7 * 24) { return span }
        table.refuse("silent_after", "must be in whole minutes, from 1m to 7d, this is \(span)")
        return usual
    }

    /// One of 1 to 255 kW is a connection's class somewhere.
    private static func referenceClasses(_ table: ConfigurationTable) -> [UInt8] {
        (table.integers("reference_power") ?? []).compactMap { number in
            if let kilowatts = UInt8(exactly: number), kilowatts > 0 { return kilowatts }
            table.refuse("reference_power", "must be whole kW from 1 to 255, this is \(number)")
            return nil
        }
    }

    private enum ReplaySpeed: String, CaseIterable {
        case full, real
    }
}
