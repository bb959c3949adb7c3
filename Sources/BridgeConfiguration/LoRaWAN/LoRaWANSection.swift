import ConfigurationText
package import LoRaWAN
import Timekeeping

extension LoRaWANConfiguration {
    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        Self.checkVersion(table)
        let place = RegionSection(table)
        let region = place.region
        deviceClass = place.deviceClass
        let devEUI = table.identifier("dev_eui") { text throws(IdentifierError) in try DevEUI(hex: text) }
        let activation = Activation(table, region: region, secrets: secrets)
        subBand = Self.subBand(table, of: region)
        adaptiveDataRate = place.adaptiveDataRate
        dataRate = place.dataRate
        let network = table.choice("network", NetworkProfile.self) ?? .theThingsNetwork
        dailyDownlinks = table.integer("daily_downlinks", in: 0...10_000) ?? network.dailyDownlinks
        dailyAirTime = Self.dailyAirTime(table, network)
        antennaGainTenths = table.tenths("antenna_gain_dbi", in: -200...200) ?? 21
        maximumPower = table.integer("max_power_dbm", in: 2...20) ?? 20
        certificationMode = table.boolean("certification") ?? false
        table.finish()
        guard let region, let devEUI, let activation else { return nil }
        self.region = region
        self.devEUI = devEUI
        self.activation = activation
        lowestDataRate = place.lowestDataRate(in: region)
    }

    private static func subBand(_ table: ConfigurationTable, of region: Region?) -> Int? {
        guard let number = table.integer("sub_band", in: 1...8), let region else { return nil }
        if region.plan != .dynamic { return number }
        table.refuse("sub_band", "is for US915 and AU915: \(region.name) has no sub-bands of channels")
        return nil
    }

    private static func dailyAirTime(_ table: ConfigurationTable, _ network: NetworkProfile) -> TimeSpan? {
        guard let text = table.string("daily_airtime") else { return network.dailyAirTime }
        if text == "off" { return nil }
        if let span = TimeSpan(configuration: text), span <= .hours(24) { return span }
        table.refuse("daily_airtime", "\"\(text.shortened)\": write \"30s\" (The Things Network), or \"off\"")
        return nil
    }

    /// LoRaWAN 1.1 has other keys and another join: a device of 1.0.4 that is given them would never be heard.
    private static func checkVersion(_ table: ConfigurationTable) {
        let advice = "register the device as LoRaWAN 1.0.4"
        if let version = table.string("version"), version != "1.0.4" {
            table.refuse("version", "\"\(version.shortened)\" is not what this device speaks: \(advice)")
        }
        for key in ["nwk_key", "f_nwk_s_int_key", "s_nwk_s_int_key", "nwk_s_enc_key"] {
            for name in [key, key + "_file"] where table.holds(name) {
                table.pass(name, "is a key of LoRaWAN 1.1, which is not supported: \(advice)")
            }
        }
    }
}

extension Region {
    /// - Parameter name: as ``name``, in either case; group 1 of AS923 is also known by its number.
    package init(named name: String) throws(UnknownRegion) {
        let all = Region.all
        let plain = name.uppercased() == "AS923-1" ? "AS923" : name.uppercased()
        if let region = all.first(where: { $0.name == plain }) {
            self = region
            return
        }
        let known = all.map(\.name)
        let wanted = name.uppercased().replacing("_", with: "-")
        let meant = EditDistance.nearest(to: wanted, among: known)
        let hint = meant.map { "did you mean \"\($0)\"? Known" } ?? "known"
        throw UnknownRegion(
            description: "\"\(name.shortened)\" is not supported, \(hint) are \(known.joined(separator: ", "))")
    }
}

/// A name that is no region's.
package struct UnknownRegion: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

extension ConfigurationTable {
    /// The number of a data rate that uplinks can have.
    /// - Parameter region: nil where it is not known: nothing can be said of the number then.
    func dataRate(_ key: String, of region: Region?) -> DataRate? {
        guard let number = integer(key, in: 0...15), let region else { return nil }
        let known = region.uplinkDataRates
        if let rate = known.first(where: { Int($0.index) == number }) { return rate }
        let list = known.map { String($0.index) }.joined(separator: ", ")
        refuse(key, "\(number) is no data rate of uplinks in \(region.name), there are \(list)")
        return nil
    }
}
