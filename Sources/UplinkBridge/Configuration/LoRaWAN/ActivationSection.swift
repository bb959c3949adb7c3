import Ciphers
import LoRaWAN

extension Activation {
    private enum Kind: String, CaseIterable {
        case otaa, abp
    }

    private static let otaaKeys = ["join_eui", "app_key", "app_key_file"]
    private static let abpKeys = [
        "dev_addr", "nwk_s_key", "nwk_s_key_file", "app_s_key", "app_s_key_file", "rx1_delay", "rx2_data_rate",
        "rx2_frequency_hz", "frequencies_hz", "first_uplink_counter", "first_downlink_counter",
    ]

    init(
        _ table: ConfigurationTable, region: Region, secrets: SecretSources
    ) throws(ConfigurationError) {
        switch try table.choice("activation", Kind.self) ?? .otaa {
        case .otaa:
            for key in Self.abpKeys where table.holds(key) {
                throw table.error(
                    key, "belongs to activation = \"abp\"; to a device that joins the network tells it at the join")
            }
            let joinEUI = try table.identifier("join_eui") { text throws(IdentifierError) in try JoinEUI(hex: text) }
            self = .overTheAir(joinEUI: joinEUI, appKey: try table.secret("app_key", from: secrets))
        case .abp:
            for key in Self.otaaKeys where table.holds(key) {
                throw table.error(key, "belongs to activation = \"otaa\": a device without a join has no use for it")
            }
            self = .personalized(try Personalization(table, region: region, secrets: secrets))
        }
    }
}

extension Personalization {
    fileprivate init(
        _ table: ConfigurationTable, region: Region, secrets: SecretSources
    ) throws(ConfigurationError) {
        self.init(
            devAddr: try table.identifier("dev_addr", digits: 8) { text throws(IdentifierError) in
                try DevAddr(hex: text)
            },
            keys: SessionKeys(
                network: try table.secret("nwk_s_key", from: secrets),
                application: try table.secret("app_s_key", from: secrets)))
        rxDelay = UInt8(try table.integer("rx1_delay", in: 1...15) ?? 1)
        if let number = try table.integer("rx2_data_rate", in: 0...15) {
            let rate = DataRate(UInt8(number))
            guard region.isHeard(rate) else {
                throw table.error("rx2_data_rate", "\(number) is no data rate of downlinks in \(region.name)")
            }
            rx2DataRate = rate
        }
        if let frequency = try table.integer("rx2_frequency_hz", in: 1...1_000_000_000) {
            try table.check(frequency, "rx2_frequency_hz", region)
            rx2Frequency = frequency
        }
        frequencies = try Self.frequencies(table, region)
        firstUplinkCounter = try table.counter("first_uplink_counter")
        firstDownlinkCounter = try table.counter("first_downlink_counter")
    }

    private static func frequencies(
        _ table: ConfigurationTable, _ region: Region
    ) throws(ConfigurationError) -> [Int] {
        guard let frequencies = try table.integers("frequencies_hz"), !frequencies.isEmpty else { return [] }
        guard region.plan == .dynamic else {
            throw table.error("frequencies_hz", "\(region.name) has fixed channels: use sub_band")
        }
        let most = 16 - region.defaultChannels.count
        guard frequencies.count <= most else {
            throw table.error(
                "frequencies_hz", "\(frequencies.count) channels, at most \(most) fit behind the default ones")
        }
        for frequency in frequencies { try table.check(frequency, "frequencies_hz", region) }
        return frequencies
    }
}

extension Region {
    /// Whether RX2 can be at the data rate: in fixed plans downlinks have data rates of their own.
    fileprivate func isHeard(_ rate: DataRate) -> Bool {
        modulation(of: rate) != nil && (plan == .dynamic || rx1DataRates.contains { $0.contains(rate) })
    }
}

extension ConfigurationTable {
    fileprivate func secret(_ key: String, from secrets: SecretSources) throws(ConfigurationError) -> AES128Key {
        guard let secret = try SecretFile.key(key, in: self, from: secrets) else {
            throw missing(key, "is missing: 32 hexadecimal digits, as the network server's console shows them")
        }
        return secret
    }

    fileprivate func counter(_ key: String) throws(ConfigurationError) -> FrameCounter {
        FrameCounter(rawValue: UInt32(clamping: try integer(key, in: 0...Int(UInt32.max)) ?? 0))
    }

    fileprivate func check(_ frequency: Int, _ key: String, _ region: Region) throws(ConfigurationError) {
        guard region.allows(frequency: frequency) else {
            let (low, high) = (region.frequencies.lowerBound, region.frequencies.upperBound)
            let raster = region.raster.map { ", in steps of \($0) Hz" } ?? ""
            throw error(
                key,
                "\(frequency) Hz is no carrier that \(region.name) allows; they lie from \(low) to \(high) Hz\(raster)")
        }
    }
}
