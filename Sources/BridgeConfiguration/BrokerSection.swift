import ConfigurationText
import MeterValues
package import Timekeeping

/// The MQTT broker that is told what the meters say.
package struct BrokerConfiguration: Sendable {
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
    /// How often values are published, at most.
    package var every: TimeSpan
    /// The names or OBIS codes of what is published of the meters; nil for all.
    package var values: [String]?
    /// Each value has a topic of its own too.
    package var hasTopicPerValue = false

    /// - Returns: nil when no host is given, or a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        let host = Self.host(table)
        usesTLS = table.boolean("tls") ?? false
        port = UInt16(table.integer("port", in: 1...65_535) ?? (usesTLS ? 8_883 : 1_883))
        authorities = table.string("ca")
        user = table.string("user")
        password = SecretFile.password("password", in: table, from: secrets)
        prefix = Self.topic(table, "prefix") ?? "p1lora"
        let discovery = Self.topic(table, "discovery") ?? "homeassistant"
        discoveryPrefix = discovery == "off" ? nil : discovery
        every = table.span("every") ?? .seconds(10)
        values = Self.values(table)
        hasTopicPerValue = table.boolean("topic_per_value") ?? false
        if authorities != nil && !usesTLS { table.refuse("ca", "is for tls = true") }
        if password != nil && user == nil { table.refuse("password", "needs a user") }
        if !(TimeSpan.seconds(1)...TimeSpan.hours(1)).contains(every) {
            table.refuse("every", "must be from 1s to 1h, this is \(every)")
        }
        table.finish()
        guard let host else { return nil }
        self.host = host
    }

    /// Nobody knows before what a meter will send, but what is no name and no code is a mistake.
    private static func values(_ table: ConfigurationTable) -> [String]? {
        guard let values = table.strings("values") else { return nil }
        if values.isEmpty { table.refuse("values", "names nothing: leave it out to publish all") }
        for (text, line) in values {
            let isName = text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
            guard !isName, OBISCode(text) == nil else { continue }
            table.refuse(
                "values", line: line, "\"\(text.shortened)\" is no name such as \"import_kwh\" and no OBIS code")
        }
        return values.map(\.text)
    }

    package static func host(_ table: ConfigurationTable) -> String? {
        guard let host = table.string("host") else {
            if table.line != nil { table.missing("host", "is missing: the name or the address of the broker") }
            return nil
        }
        if host.utf8.count <= 255, host.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) { return host }
        table.refuse("host", "\"\(host.shortened)\" must be a name or an address, without a port")
        return nil
    }

    /// A topic that may be published to (MQTT 3.1.1, 4.7): no wildcards.
    package static func topic(_ table: ConfigurationTable, _ key: String) -> String? {
        guard let text = table.string(key) else { return nil }
        let isValid = text.utf8.count <= 100 && !text.contains("+") && !text.contains("#")
        if isValid, !text.hasPrefix("$"), !text.hasSuffix("/"), !text.hasPrefix("/") { return text }
        table.refuse(key, "must be a topic such as \"home/p1lora\", without + and #")
        return nil
    }
}
