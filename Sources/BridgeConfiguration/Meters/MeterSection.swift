import ConfigurationText
import HardwareInterfaces
import SmartMeter
import Timekeeping
import UplinkPayload

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
