public import Timekeeping

/// The MQTT broker that is told what the meters say.
public struct BrokerConfiguration: Sendable {
    public var host: String
    public var port: UInt16
    public var usesTLS: Bool
    /// A file of authorities, in PEM; nil for those that the system believes.
    public var authorities: String?
    public var user: String?
    public var password: String?
    /// The first level of all topics.
    public var prefix: String
    /// The first level of Home Assistant's discovery; nil for none.
    public var discoveryPrefix: String?
    /// How often values are published, at most.
    public var every: TimeSpan

    /// - Returns: nil when no host is given.
    init?(_ table: ConfigurationTable, secrets: SecretSources) throws(ConfigurationError) {
        let host = try table.string("host")
        usesTLS = try table.boolean("tls") ?? false
        port = UInt16(try table.integer("port", in: 1...65_535) ?? (usesTLS ? 8_883 : 1_883))
        authorities = try table.string("ca")
        user = try table.string("user")
        password = try SecretFile.password("password", in: table, from: secrets)
        prefix = try Self.topic(table, "prefix") ?? "p1lora"
        let discovery = try Self.topic(table, "discovery") ?? "homeassistant"
        discoveryPrefix = discovery == "off" ? nil : discovery
        every = try table.span("every") ?? .seconds(10)
        if authorities != nil && !usesTLS { throw table.error("ca", "is for tls = true") }
        if password != nil && user == nil { throw table.error("password", "needs a user") }
        guard (TimeSpan.seconds(1)...TimeSpan.hours(1)).contains(every) else {
            throw table.error("every", "must be from 1s to 1h")
        }
        try table.finish()
        guard let host else {
            if table.line != nil { throw table.missing("host", "is missing: the name or the address of the broker") }
            return nil
        }
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            throw table.error("host", "\"\(host)\" must be a name or an address, without a port")
        }
        self.host = host
    }

    /// A topic that may be published to (MQTT 3.1.1, 4.7): no wildcards, no NUL.
    private static func topic(_ table: ConfigurationTable, _ key: String) throws(ConfigurationError) -> String? {
        guard let text = try table.string(key) else { return nil }
        let isValid =
            !text.isEmpty && text.utf8.count <= 100
            && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0 != "+" && $0 != "#" && $0.value != 127 }
        guard isValid, !text.hasPrefix("$"), !text.hasSuffix("/"), !text.hasPrefix("/") else {
            throw table.error(key, "must be a topic such as \"home/p1lora\", without + and #")
        }
        return text
    }
}
