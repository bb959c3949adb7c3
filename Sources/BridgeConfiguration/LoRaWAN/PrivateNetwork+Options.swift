import ConfigurationText
package import LoRaWAN

extension PrivateNetwork {
    /// The options of a network of one channel, which bridge and base have in common.
    /// - Parameters:
    ///   - region: nil where it is not known.
    ///   - dataRate: nil for SF7.
    /// - Returns: nil where a mistake was told.
    package init?(_ table: ConfigurationTable, region: Region?, dataRate: DataRate?) {
        let frequency = table.integer("channel_hz", in: 1...1_000_000_000)
        let pairing = table.dataRate("pairing_data_rate", of: region)
        guard let region else { return nil }
        self.init(
            frequency: frequency ?? Self.usualFrequency(in: region), dataRate: dataRate ?? DataRate(5),
            pairingDataRate: pairing ?? DataRate(0))
        do {
            try check(in: region)
        } catch {
            let key: String? =
                switch error {
                case .frequency: "channel_hz"
                case .dataRate(let rate, _) where rate == pairingDataRate: "pairing_data_rate"
                case .dataRate: "data_rate"
                case .hoppingRegion, .listeningRegion: "region"
                }
            table.refuse(key.flatMap { table.holds($0) ? $0 : nil }, "\(error)")
            return nil
        }
    }

    /// - Returns: nil for another network, or where a mistake was told.
    init?(_ table: ConfigurationTable, _ network: NetworkProfile, region: Region?, dataRate: DataRate?) {
        guard network == .privateBase else {
            for key in ["channel_hz", "pairing_data_rate"] where table.holds(key) {
                table.pass(key, "is for network = \"private\": a network tells its channels itself")
            }
            return nil
        }
        self.init(table, region: region, dataRate: dataRate)
    }
}
