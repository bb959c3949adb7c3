import Ciphers
import LoRaWAN
import Timekeeping

extension LoRaWANConfiguration {
    init(_ table: ConfigurationTable, folder: String) throws(ConfigurationError) {
        let region = try table.string("region") ?? "EU868"
        guard region == "EU868" else {
            throw table.error("region", "\"\(region)\" is not supported: EU868 is")
        }
        joinEUI = try table.identifier("join_eui") { text throws(IdentifierError) in try JoinEUI(hex: text) }
        devEUI = try table.identifier("dev_eui") { text throws(IdentifierError) in try DevEUI(hex: text) }
        guard let appKey = try SecretFile.key("app_key", in: table, relativeTo: folder) else {
            throw table.error(
                "app_key", "is missing: 32 hexadecimal digits, as the network server's console shows them")
        }
        self.appKey = appKey
        adaptiveDataRate = try table.boolean("adr") ?? true
        switch try table.string("daily_airtime") ?? "30s" {
        case "off": dailyAirTime = nil
        case let text:
            guard let span = TimeSpan(configuration: text), span <= .hours(24) else {
                throw table.error("daily_airtime", "\"\(text)\": write \"30s\" (The Things Network), or \"off\"")
            }
            dailyAirTime = span
        }
        antennaGainTenths = try table.tenths("antenna_gain_dbi", in: -200...200) ?? 21
        maximumPower = try table.integer("max_power_dbm", in: 2...20) ?? 20
        try table.finish()
    }
}
