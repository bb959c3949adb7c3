public import LoRaWAN
import Timekeeping

extension LoRaWANConfiguration {
    init(_ table: ConfigurationTable, secrets: SecretSources) throws(ConfigurationError) {
        try Self.checkVersion(table)
        let region = try Self.region(table)
        self.region = region
        deviceClass = try table.choice("class", ClassName.self) ?? .a == .c ? .c : .a
        devEUI = try table.identifier("dev_eui") { text throws(IdentifierError) in try DevEUI(hex: text) }
        activation = try Activation(table, region: region, secrets: secrets)
        subBand = try Self.subBand(table, of: region)
        let adaptive = try table.boolean("adr") ?? true
        adaptiveDataRate = adaptive
        dataRate = try table.dataRate("data_rate", of: region)
        let lowest = try table.dataRate("lowest_data_rate", of: region)
        if let lowest, let dataRate, dataRate < lowest {
            throw table.error("lowest_data_rate", "is above data_rate: reports would not fit the first uplinks")
        }
        lowestDataRate = lowest ?? (adaptive ? nil : dataRate) ?? region.uplinkDataRates.first ?? DataRate(0)
        let network = try table.choice("network", NetworkProfile.self) ?? .theThingsNetwork
        dailyDownlinks = try table.integer("daily_downlinks", in: 0...10_000) ?? network.dailyDownlinks
        switch try table.string("daily_airtime") {
        case nil: dailyAirTime = network.dailyAirTime
        case "off": dailyAirTime = nil
        case let text?:
            guard let span = TimeSpan(configuration: text), span <= .hours(24) else {
                throw table.error("daily_airtime", "\"\(text)\": write \"30s\" (The Things Network), or \"off\"")
            }
            dailyAirTime = span
        }
        antennaGainTenths = try table.tenths("antenna_gain_dbi", in: -200...200) ?? 21
        maximumPower = try table.integer("max_power_dbm", in: 2...20) ?? 20
        certificationMode = try table.boolean("certification") ?? false
        try table.finish()
    }

    private static func subBand(_ table: ConfigurationTable, of region: Region) throws(ConfigurationError) -> Int? {
        let number = try table.integer("sub_band", in: 1...8)
        guard number == nil || region.plan != .dynamic else {
            throw table.error("sub_band", "is for US915 and AU915: \(region.name) has no sub-bands of channels")
        }
        return number
    }

    private enum ClassName: String, CaseIterable {
        case a = "A"
        case c = "C"
    }

    /// LoRaWAN 1.1 has other keys and another join: a device of 1.0.4 that is given them would never be heard.
    private static func checkVersion(_ table: ConfigurationTable) throws(ConfigurationError) {
        let advice = "register the device as LoRaWAN 1.0.4"
        if let version = try table.string("version"), version != "1.0.4" {
            throw table.error("version", "\"\(version)\" is not what this device speaks: \(advice)")
        }
        for key in ["nwk_key", "f_nwk_s_int_key", "s_nwk_s_int_key", "nwk_s_enc_key"] {
            for name in [key, key + "_file"] where table.holds(name) {
                throw table.error(name, "is a key of LoRaWAN 1.1, which is not supported: \(advice)")
            }
        }
    }

    private static func region(_ table: ConfigurationTable) throws(ConfigurationError) -> Region {
        guard let name = try table.string("region") else { return .eu868 }
        do {
            return try Region(named: name)
        } catch {
            throw table.error("region", "\(error)")
        }
    }
}

extension Region {
    /// - Parameter name: as ``name``, in either case.
    public init(named name: String) throws(UnknownRegion) {
        let all = Region.all
        if let region = all.first(where: { $0.name == name.uppercased() }) {
            self = region
            return
        }
        let known = all.map(\.name)
        let wanted = name.uppercased().replacing("_", with: "-")
        let nearest = known.min { EditDistance.between($0, wanted) < EditDistance.between($1, wanted) }
        let meant = nearest.flatMap { EditDistance.between($0, wanted) <= 2 ? $0 : nil }
        let hint = meant.map { "did you mean \"\($0)\"? Known" } ?? "known"
        throw UnknownRegion(description: "\"\(name)\" is not supported, \(hint) are \(known.joined(separator: ", "))")
    }
}

/// A name that is no region's.
public struct UnknownRegion: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension ConfigurationTable {
    /// The number of a data rate that uplinks can have.
    func dataRate(_ key: String, of region: Region) throws(ConfigurationError) -> DataRate? {
        guard let number = try integer(key, in: 0...15) else { return nil }
        let known = region.uplinkDataRates
        guard let rate = known.first(where: { Int($0.index) == number }) else {
            let list = known.map { String($0.index) }.joined(separator: ", ")
            throw error(key, "\(number) is no data rate of uplinks in \(region.name), there are \(list)")
        }
        return rate
    }
}
