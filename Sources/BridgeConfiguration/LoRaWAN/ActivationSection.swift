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

    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, region: Region?, secrets: SecretSources) {
        switch table.choice("activation", Kind.self) ?? .otaa {
        case .otaa:
            for key in Self.abpKeys where table.holds(key) {
                table.pass(
                    key, "belongs to activation = \"abp\"; to a device that joins the network tells it at the join")
            }
            let joinEUI = table.joinEUI()
            let appKey = table.secret("app_key", from: secrets)
            guard let joinEUI, let appKey else { return nil }
            self = .overTheAir(joinEUI: joinEUI, appKey: appKey)
        case .abp:
            for key in Self.otaaKeys where table.holds(key) {
                table.pass(key, "belongs to activation = \"otaa\": a device without a join has no use for it")
            }
            guard let session = Personalization(table, region: region, secrets: secrets) else { return nil }
            self = .personalized(session)
        }
    }
}

extension Personalization {
    /// - Returns: nil when a mistake was told.
    fileprivate init?(_ table: ConfigurationTable, region: Region?, secrets: SecretSources) {
        let address = table.identifier("dev_addr", digits: 8) { text throws(IdentifierError) in
            try DevAddr(hex: text)
        }
        let network = table.secret("nwk_s_key", from: secrets)
        let application = table.secret("app_s_key", from: secrets)
        let delay = table.integer("rx1_delay", in: 1...15) ?? 1
        let (uplink, downlink) = (table.counter("first_uplink_counter"), table.counter("first_downlink_counter"))
        let (rate, frequency) = (table.secondWindowRate(region), table.secondWindowFrequency(region))
        let frequencies = table.frequencies(region)
        guard let address, let network, let application else { return nil }
        self.init(devAddr: address, keys: SessionKeys(network: network, application: application))
        rxDelay = UInt8(delay)
        rx2DataRate = rate
        rx2Frequency = frequency
        self.frequencies = frequencies
        firstUplinkCounter = uplink
        firstDownlinkCounter = downlink
    }
}

/// What a session without a join is told of the network. Without a known region nothing can be said of it.
extension ConfigurationTable {
    fileprivate func secondWindowRate(_ region: Region?) -> DataRate? {
        guard let number = integer("rx2_data_rate", in: 0...15), let region else { return nil }
        let rate = DataRate(UInt8(number))
        if region.isHeard(rate) { return rate }
        refuse("rx2_data_rate", "\(number) is no data rate of downlinks in \(region.name)")
        return nil
    }

    fileprivate func secondWindowFrequency(_ region: Region?) -> Int? {
        guard let frequency = integer("rx2_frequency_hz", in: 1...1_000_000_000), let region else { return nil }
        check(frequency, "rx2_frequency_hz", region)
        return frequency
    }

    fileprivate func counter(_ key: String) -> FrameCounter {
        FrameCounter(rawValue: UInt32(clamping: integer(key, in: 0...Int(UInt32.max)) ?? 0))
    }

    fileprivate func frequencies(_ region: Region?) -> [Int] {
        guard let frequencies = integers("frequencies_hz"), !frequencies.isEmpty, let region else { return [] }
        guard region.plan == .dynamic else {
            refuse("frequencies_hz", "\(region.name) has fixed channels: use sub_band")
            return []
        }
        let most = 16 - region.defaultChannels.count
        if frequencies.count > most {
            refuse("frequencies_hz", "\(frequencies.count) channels, at most \(most) fit behind the default ones")
        }
        for frequency in frequencies.prefix(most) { check(frequency, "frequencies_hz", region) }
        return frequencies
    }

    fileprivate func secret(_ key: String, from secrets: SecretSources) -> AES128Key? {
        let secret = SecretFile.key(key, in: self, from: secrets)
        if secret == nil, !holds(key), !holds(key + "_file") {
            missing(key, "is missing: 32 hexadecimal digits, as the network server's console shows them")
        }
        return secret
    }

    private func check(_ frequency: Int, _ key: String, _ region: Region) {
        guard !region.allows(frequency: frequency) else { return }
        let (low, high) = (region.frequencies.lowerBound, region.frequencies.upperBound)
        let raster = region.raster.map { ", in steps of \($0) Hz" } ?? ""
        refuse(
            key, "\(frequency) Hz is no carrier that \(region.name) allows; they lie from \(low) to \(high) Hz\(raster)"
        )
    }
}

extension Region {
    /// Whether RX2 can be at the data rate: in fixed plans downlinks have data rates of their own.
    fileprivate func isHeard(_ rate: DataRate) -> Bool {
        modulation(of: rate) != nil && (plan == .dynamic || rx1DataRates.contains { $0.contains(rate) })
    }
}
