import Ciphers
import LoRaWAN
import Timekeeping

/// The AT commands of Seeed's LoRa-E5, as its firmware 4.0.11 speaks (AT Command Specification 1.0, and captures of modules).
struct LoRaE5Dialect: ATDialect {
    let name = "LoRa-E5"
    /// Before it the module was another (RHF76), whose duty cycle was off by default.
    let oldest = ATVersion(4, 0, 0)

    let version = ATCommand("AT+VER", .version)
    let look = [
        ATCommand("AT+MODE", .question), ATCommand("AT+ID", .question), ATCommand("AT+DR=SCHEME", .question),
        ATCommand("AT+LW=DC", .question), ATCommand("AT+LW=JDC", .question),
    ]

    func isSetUp(_ found: ATFindings, for configuration: DeviceConfiguration) -> Bool {
        guard case .overTheAir(let joinEUI, _) = configuration.activation else { return false }
        return (found.mode ?? .overTheAir) == .overTheAir && found.devEUI == configuration.devEUI.rawValue
            && found.joinEUI == joinEUI.rawValue
            && (found.band ?? configuration.region.name) == configuration.region.name
    }

    func setUp(_ found: ATFindings, for configuration: DeviceConfiguration) -> [ATCommand] {
        guard case .overTheAir(let joinEUI, let appKey) = configuration.activation else { return [] }
        var commands = [ATCommand("AT+MODE=LWOTAA")]
        if found.devEUI != configuration.devEUI.rawValue {
            commands.append(ATCommand("AT+ID=DevEui,\"\(configuration.devEUI)\""))
        }
        if found.joinEUI != joinEUI.rawValue { commands.append(ATCommand("AT+ID=AppEui,\"\(joinEUI)\"")) }
        commands.append(ATCommand("AT+KEY=APPKEY,\"\(appKey.bytes.hex.uppercased())\"", .setting, shown: 13))
        // Resets channels, data rate and windows: so all that is about them comes behind it.
        commands.append(ATCommand("AT+DR=\(configuration.region.name)"))
        return commands
    }

    func habits(_ found: ATFindings, for configuration: DeviceConfiguration) -> [ATCommand] {
        var commands = [
            ATCommand("AT+CLASS=A"), ATCommand("AT+ADR=\(configuration.adr ? "ON" : "OFF")"),
            ATCommand("AT+POWER=\(power(for: configuration))", .wish),
            // One transmission for one command.
            ATCommand("AT+REPT=1", .wish), ATCommand("AT+RETRY=0", .wish),
        ]
        guard configuration.region.hasDutyCycle else { return commands }
        if found.hasDutyCycle == false { commands.append(ATCommand("AT+LW=DC,ON", .wish)) }
        if found.hasJoinDutyCycle == false { commands.append(ATCommand("AT+LW=JDC,ON", .wish)) }
        return commands
    }

    /// dBm; the steps are of 2 dB.
    private func power(for configuration: DeviceConfiguration) -> Int {
        max(2, min(configuration.modulePower, configuration.conductedPower.upperBound)) / 2 * 2
    }

    func prepareJoin(dataRate: DataRate, channels: ChannelMask?) -> [ATCommand] {
        let channelCommand = channels.map { ATCommand("AT+CH=NUM,\(Self.list($0))") }
        return [channelCommand, ATCommand("AT+DR=\(dataRate.index)", .wish)].compactMap { $0 }
    }

    /// "8-15,65"
    private static func list(_ mask: ChannelMask) -> String {
        var (ranges, first): ([String], Int?) = ([], nil)
        for index in 0...72 {
            let isOn = index < 72 && mask >> ChannelMask(index) & 1 == 1
            if isOn, first == nil { first = index }
            guard !isOn, let start = first else { continue }
            ranges.append(start == index - 1 ? "\(start)" : "\(start)-\(index - 1)")
            first = nil
        }
        return ranges.joined(separator: ",")
    }

    /// A join-request in any case: whether there is a session already nobody but us may decide.
    let join = ATCommand("AT+JOIN=FORCE", .join)

    func prepareSession(dataRate: DataRate?) -> [ATCommand] {
        dataRate.map { [ATCommand("AT+DR=\($0.index)", .wish)] } ?? []
    }

    let survey = [
        ATCommand("AT+ID", .question), ATCommand("AT+DELAY", .question), ATCommand("AT+DR", .question),
        ATCommand("AT+LW=ULDL", .question),
    ]

    func prepare(_ uplink: Uplink) -> [ATCommand] {
        [
            ATCommand("AT+DR", .question), ATCommand("AT+LW=LEN", .question), ATCommand("AT+PORT=\(uplink.port ?? 1)"),
        ]
    }

    func transmit(_ uplink: Uplink) -> ATCommand {
        ATCommand("AT+\(uplink.confirmed ? "C" : "")MSGHEX=\"\(uplink.payload.hex)\"", .transmit)
    }

    var transmitEmpty: ATCommand? { ATCommand("AT+MSGHEX", .transmit) }

    func ask(_ question: NetworkQuestion) -> ATCommand {
        switch question {
        case .linkCheck: ATCommand("AT+LW=LCR", .wish)
        case .time: ATCommand("AT+LW=DTR", .wish)
        }
    }

    let readTime = ATCommand("AT+RTC=UTCMS", .question)
    var readCounters: ATCommand? { ATCommand("AT+LW=ULDL", .question) }
    /// Its mode is set with the rest.
    var leaveOtherMode: ATCommand? { nil }
    let restart = ATCommand("AT+RESET", .restart)

    let sendsThoughRefused = false
    let tellsOwnUplinks = false
    let tellsEveryDownlink = true
}
