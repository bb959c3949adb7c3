import ConfigurationText
package import LoRaWAN
package import Timekeeping

/// The device as it is registered in the network server.
package struct LoRaWANConfiguration: Sendable {
    package var region: Region
    package var deviceClass: DeviceClass
    package var devEUI: DevEUI
    /// The join, or the session that needs none, with its keys.
    package var activation: Activation
    /// The eight channels of a fixed plan that the network listens on, and the wide one among them: 1 to 8; nil where that
    /// is for the network, or the join, to show.
    package var subBand: Int?
    /// Adaptive data rate: the network sets data rate and power.
    package var adaptiveDataRate: Bool
    /// To begin with, and for ever without ADR; nil for that of the join-request that was answered.
    package var dataRate: DataRate?
    /// The slowest data rate that each report must fit.
    package var lowestDataRate: DataRate
    /// Uplink air-time that the network allows in 24 hours; nil when it sets no limit.
    package var dailyAirTime: TimeSpan?
    /// Downlinks that the network allows in 24 hours, acknowledgements included; nil when it sets no limit.
    package var dailyDownlinks: Int?
    /// Of the antenna with its cable, in tenths of dBi.
    package var antennaGainTenths: Int
    /// What the radio may put out at most, in dBm.
    package var maximumPower: Int
    /// A base of one channel instead of a network; nil for a network.
    package var privateNetwork: PrivateNetwork?
    /// A certification bench may take the device over through FPort 224 (TS009).
    package var certificationMode: Bool

    package init(
        region: Region, deviceClass: DeviceClass, devEUI: DevEUI, activation: Activation, subBand: Int? = nil,
        adaptiveDataRate: Bool, dataRate: DataRate? = nil, lowestDataRate: DataRate, dailyAirTime: TimeSpan? = nil,
        dailyDownlinks: Int? = nil, antennaGainTenths: Int, maximumPower: Int, certificationMode: Bool
    ) {
        self.region = region
        self.deviceClass = deviceClass
        self.devEUI = devEUI
        self.activation = activation
        self.subBand = subBand
        self.adaptiveDataRate = adaptiveDataRate
        self.dataRate = dataRate
        self.lowestDataRate = lowestDataRate
        self.dailyAirTime = dailyAirTime
        self.dailyDownlinks = dailyDownlinks
        self.antennaGainTenths = antennaGainTenths
        self.maximumPower = maximumPower
        self.certificationMode = certificationMode
    }

    /// Bytes that every uplink has room for, at the data rates in use.
    package var smallestPayload: Int { region.smallestPayload(from: lowestDataRate) }

    /// What a person should be told at each start, because it is not meant for a bridge in service.
    package var warnings: [String] {
        guard certificationMode else { return [] }
        return [
            "CERTIFICATION MODE: whoever has the session's keys can take this device over through FPort 224 and switch its "
                + "duty cycle off. For a test bench only; remove \"certification\" from [lorawan] anywhere else"
        ]
    }
}

extension Region {
    /// The data rates of uplinks, slowest first: those of the default channels that the radio can do.
    package var uplinkDataRates: [DataRate] {
        (0..<UInt8(16)).map { DataRate($0) }.filter { rate in
            modulation(of: rate) != nil && defaultChannels.contains { $0.dataRates.contains(rate) }
        }
    }

    /// Bytes of application payload that fit at every data rate from `lowest` up, with and without a limit on the dwell
    /// time where the network may set one (TXParamSetupReq): the slowest rates fall away with the limit, and the next
    /// ones carry less.
    package func smallestPayload(from lowest: DataRate) -> Int {
        let dwells = txParameters == nil ? [false] : [false, true]
        let sizes = uplinkDataRates.filter { $0 >= lowest }.flatMap { rate in
            dwells.map { maximumPayload(at: rate, dwell: $0) }
        }
        return sizes.filter { $0 > 0 }.min() ?? 0
    }
}

extension LoRaWANConfiguration {
    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        Self.checkVersion(table)
        let place = RegionSection(table)
        let region = place.region
        deviceClass = place.deviceClass
        let devEUI = table.devEUI()
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
        privateNetwork = PrivateNetwork(table, network, region: region, dataRate: place.dataRate)
        if privateNetwork != nil { Self.checkPrivate(table, place, activation) }
        table.finish()
        guard let region, let devEUI, let activation else { return nil }
        self.region = region
        self.devEUI = devEUI
        self.activation = activation
        lowestDataRate = place.lowestDataRate(in: region)
    }

    /// What a base needs of its devices.
    private static func checkPrivate(_ table: ConfigurationTable, _ place: RegionSection, _ activation: Activation?) {
        if case .personalized = activation {
            table.refuse("activation", "\"abp\" is not for network = \"private\": a base lets its devices join")
        }
        if place.deviceClass != .a {
            table.refuse("class", "\"C\" is not for network = \"private\": a base answers uplinks")
        }
        if !place.adaptiveDataRate {
            table.refuse("adr", "must be true with network = \"private\": a base has one data rate for all its devices")
        }
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
    package func dataRate(_ key: String, of region: Region?) -> DataRate? {
        guard let number = integer(key, in: 0...15), let region else { return nil }
        let known = region.uplinkDataRates
        if let rate = known.first(where: { Int($0.index) == number }) { return rate }
        let list = known.map { String($0.index) }.joined(separator: ", ")
        refuse(key, "\(number) is no data rate of uplinks in \(region.name), there are \(list)")
        return nil
    }
}
