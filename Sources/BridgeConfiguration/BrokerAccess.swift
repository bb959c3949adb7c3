import ConfigurationText

/// How an MQTT broker of a home automation is reached, and where things stand at it: what [mqtt] of the bridge and [broker] of
/// the collector have in common.
package struct BrokerAccess: Sendable {
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

    /// For people.
    package var name: String { "the broker \(host):\(port)" }

    /// - Parameters:
    ///   - prefix: where none is given.
    ///   - folder: where a relative path of authorities begins; nil for where the program runs.
    /// - Returns: nil when no host is given, or a mistake was told.
    package init?(_ table: ConfigurationTable, prefix: String, folder: String? = nil, secrets: SecretSources) {
        let host = Self.host(table)
        usesTLS = table.boolean("tls") ?? false
        port = UInt16(table.integer("port", in: 1...65_535) ?? (usesTLS ? 8_883 : 1_883))
        authorities = table.string("ca").map { path in
            guard let folder, !path.hasPrefix("/") else { return path }
            return "\(folder)/\(path)"
        }
        user = table.string("user")
        password = SecretFile.password("password", in: table, from: secrets)
        self.prefix = Self.topic(table, "prefix") ?? prefix
        let discovery = Self.topic(table, "discovery") ?? "homeassistant"
        discoveryPrefix = discovery == "off" ? nil : discovery
        if authorities != nil && !usesTLS { table.refuse("ca", "is for tls = true") }
        if password != nil && user == nil { table.refuse("password", "needs a user") }
        guard let host else { return nil }
        self.host = host
    }

    private static func host(_ table: ConfigurationTable) -> String? {
        guard let host = table.string("host") else {
            if table.line != nil { table.missing("host", "is missing: the name or the address of the broker") }
            return nil
        }
        if host.utf8.count <= 255, host.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) { return host }
        table.refuse("host", "\"\(host.shortened)\" must be a name or an address, without a port")
        return nil
    }

    /// A topic that may be published to (MQTT 3.1.1, 4.7): no wildcards.
    private static func topic(_ table: ConfigurationTable, _ key: String) -> String? {
        guard let text = table.string(key) else { return nil }
        let isValid = text.utf8.count <= 100 && !text.contains("+") && !text.contains("#")
        if isValid, !text.hasPrefix("$"), !text.hasSuffix("/"), !text.hasPrefix("/") { return text }
        table.refuse(key, "must be a topic such as \"home/p1lora\", without + and #")
        return nil
    }
}
