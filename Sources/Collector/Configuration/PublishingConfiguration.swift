import BridgeConfiguration
import ConfigurationText

/// The MQTT broker of a home automation, which is told what each meter shows.
package struct PublishingConfiguration: Sendable {
    package var host: String
    package var port: UInt16
    package var usesTLS: Bool
    /// A file of authorities, in PEM; nil for those that the system believes.
    package var authorities: String?
    package var user: String?
    package var password: String?
    /// The first level of all topics.
    package var prefix: String
    /// The first level of Home Assistant's discovery; nil for none.
    package var discoveryPrefix: String?

    /// - Returns: nil when there is none, or a mistake was told.
    init?(_ table: ConfigurationTable, folder: String, secrets: SecretSources) {
        let host = BrokerConfiguration.host(table)
        usesTLS = table.boolean("tls") ?? false
        port = UInt16(table.integer("port", in: 1...65_535) ?? (usesTLS ? 8_883 : 1_883))
        authorities = table.string("ca").map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
        user = table.string("user")
        password = SecretFile.password("password", in: table, from: secrets)
        prefix = BrokerConfiguration.topic(table, "prefix") ?? "p1lora-collector"
        let discovery = BrokerConfiguration.topic(table, "discovery") ?? "homeassistant"
        discoveryPrefix = discovery == "off" ? nil : discovery
        if authorities != nil, !usesTLS { table.refuse("ca", "is for tls = true") }
        if password != nil, user == nil { table.refuse("password", "needs a user") }
        table.finish()
        guard let host else { return nil }
        self.host = host
    }

    /// For people.
    var name: String { "the broker \(host):\(port)" }
}
