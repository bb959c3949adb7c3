import LoRaWAN

/// What layouts, and the catalogues of network servers, depend on: no key is among it. It stands in [lorawan], or in
/// [codec] of a file that has no [lorawan].
struct RegionSection {
    /// Nil when a mistake was told.
    let region: Region?
    let deviceClass: DeviceClass
    let adaptiveDataRate: Bool
    /// Of the first uplinks.
    let dataRate: DataRate?
    private let lowest: DataRate?

    init(_ table: ConfigurationTable) {
        region = Self.region(table)
        deviceClass = table.choice("class", ClassName.self) ?? .a == .c ? .c : .a
        adaptiveDataRate = table.boolean("adr") ?? true
        dataRate = table.dataRate("data_rate", of: region)
        lowest = table.dataRate("lowest_data_rate", of: region)
        if let lowest, let dataRate, dataRate < lowest {
            table.refuse("lowest_data_rate", "is above data_rate: reports would not fit the first uplinks")
        }
    }

    /// The slowest data rate that each report must fit.
    func lowestDataRate(in region: Region) -> DataRate {
        lowest ?? (adaptiveDataRate ? nil : dataRate) ?? region.uplinkDataRates.first ?? DataRate(0)
    }

    private enum ClassName: String, CaseIterable {
        case a = "A"
        case c = "C"
    }

    /// - Returns: nil when a mistake was told.
    private static func region(_ table: ConfigurationTable) -> Region? {
        guard table.holds("region") else { return .eu868 }
        guard let name = table.string("region") else { return nil }
        do {
            return try Region(named: name)
        } catch {
            table.refuse("region", "\(error)")
            return nil
        }
    }
}
