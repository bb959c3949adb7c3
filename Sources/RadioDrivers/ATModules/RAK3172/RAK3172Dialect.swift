import Ciphers
import LoRaWAN
import Timekeeping

/// The AT commands of RAK's RAK3172 and RAK3272 with RUI3 (the sources of RUI 5.0.0, RAK's AT command manual, and what users
/// report).
struct RAK3172Dialect: ATDialect {
    let name = "RAK3172"
    /// Before RUI3 (1.0.x) it spoke at another speed and in another way.
    let oldest = ATVersion(4, 0, 0)

    let version = ATCommand("AT+VER=?", .version)
    let look = ["NWM", "NJM", "DEVEUI", "APPEUI", "APPKEY", "BAND", "DEVADDR", "NJS", "DCS"].map {
        ATCommand("AT+\($0)=?", .question)
    }

    /// By ``Region/name``.
    private static let bands = ["EU433": "0", "RU864": "2", "IN865": "3", "EU868": "4", "US915": "5", "AU915": "6"]

    private func band(of configuration: DeviceConfiguration) -> String { Self.bands[configuration.region.name] ?? "4" }

    func isSetUp(_ found: ATFindings, for configuration: DeviceConfiguration) -> Bool {
        guard case .overTheAir(let joinEUI, let appKey) = configuration.activation else { return false }
        return found.mode == .overTheAir && found.devEUI == configuration.devEUI.rawValue
            && found.joinEUI == joinEUI.rawValue && found.appKey == appKey.bytes
            && found.band == band(of: configuration)
    }

    func setUp(_ found: ATFindings, for configuration: DeviceConfiguration) -> [ATCommand] {
        guard case .overTheAir(let joinEUI, let appKey) = configuration.activation else { return [] }
        var commands = [agreement("NJM", "1"), agreement("BAND", band(of: configuration))]
        commands += [agreement("DEVEUI", "\(configuration.devEUI)"), agreement("APPEUI", "\(joinEUI)")]
        if found.appKey != appKey.bytes {
            commands.append(ATCommand("AT+APPKEY=\(appKey.bytes.hex.uppercased())", .setting, shown: 10))
        }
        return commands
    }

    func habits(_ found: ATFindings, for configuration: DeviceConfiguration) -> [ATCommand] {
        var commands = [
            agreement("CLASS", "A"), agreement("ADR", configuration.adr ? "1" : "0"),
            agreement("TXP", "\(powerIndex(for: configuration))"),
        ]
        if configuration.region.hasDutyCycle { commands.append(agreement("DCS", "1")) }
        return commands
    }

    /// The first step, of 2 dB each below the region's most, that stays within the law behind the antenna: the firmware
    /// reckons with one of 2.15 dBi.
    private func powerIndex(for configuration: DeviceConfiguration) -> Int {
        let region = configuration.region
        let allowed = min(configuration.modulePowerHundredths, configuration.conductedPower.upperBound * 100)
        let steps = 0...Int(region.lastPowerIndex)
        return steps.first { region.maximumPower - 200 * $0 - 215 <= allowed } ?? steps.upperBound
    }

    func prepareJoin(dataRate: DataRate, channels: ChannelMask?) -> [ATCommand] {
        // Lost now and then, without which no join succeeds: so before each.
        let mask = channels.map { agreement("MASK", Self.groups($0)) }
        return [mask, agreement("DR", "\(dataRate.index)")].compactMap { $0 }
    }

    /// A bit for each group of eight.
    private static func groups(_ channels: ChannelMask) -> String {
        let bits = (0..<8).reduce(UInt16(0)) {
            $0 | (channels >> ChannelMask(8 * $1) & 0xFF != 0 ? 1 << UInt16($1) : 0)
        }
        let hex = String(bits, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - hex.count) + hex
    }

    /// Once, and never by itself: the tries are spaced here.
    let join = ATCommand("AT+JOIN=1:0:10:0", .join)

    func prepareSession(dataRate: DataRate?) -> [ATCommand] { dataRate.map { [agreement("DR", "\($0.index)")] } ?? [] }

    let survey = ["NJS", "DEVADDR", "DR", "RX1DL"].map { ATCommand("AT+\($0)=?", .question) }

    func prepare(_ uplink: Uplink) -> [ATCommand] {
        [
            ATCommand("AT+NJS=?", .question), ATCommand("AT+DR=?", .question),
            agreement("CFM", uplink.confirmed ? "1" : "0"),
        ]
    }

    func transmit(_ uplink: Uplink) -> ATCommand {
        ATCommand("AT+SEND=\(uplink.port ?? 1):\(uplink.payload.hex)", .transmit)
    }

    /// A payload is a must.
    var transmitEmpty: ATCommand? { nil }

    func ask(_ question: NetworkQuestion) -> ATCommand {
        switch question {
        case .linkCheck: ATCommand("AT+LINKCHECK=1", .wish)
        case .time: ATCommand("AT+TIMEREQ=1", .wish)
        }
    }

    let readTime = ATCommand("AT+LTIME=?", .question)
    var readCounters: ATCommand? { nil }
    var leaveOtherMode: ATCommand? { ATCommand("AT+NWM=1", .restart) }
    let restart = ATCommand("ATZ", .restart)

    let sendsThoughRefused = true
    let tellsOwnUplinks = true
    let tellsEveryDownlink = false

    private func agreement(_ name: String, _ value: String) -> ATCommand {
        ATCommand("AT+\(name)=?", .agreement(value: value, change: "AT+\(name)=\(value)"))
    }
}
