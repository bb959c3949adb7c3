import ConfigurationText
import MeterValues
package import Timekeeping

/// The MQTT broker that is told what the meters say.
package struct BrokerConfiguration: Sendable {
    package var access: BrokerAccess
    /// How often values are published, at most.
    package var every: TimeSpan
    /// The names or OBIS codes of what is published of the meters; nil for all.
    package var values: [String]?
    /// Each value has a topic of its own too.
    package var hasTopicPerValue = false

    /// - Returns: nil when no host is given, or a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        let access = BrokerAccess(table, prefix: "p1lora", secrets: secrets)
        every = table.span("every") ?? .seconds(10)
        values = Self.values(table)
        hasTopicPerValue = table.boolean("topic_per_value") ?? false
        if !(TimeSpan.seconds(1)...TimeSpan.hours(1)).contains(every) {
            table.refuse("every", "must be from 1s to 1h, this is \(every)")
        }
        table.finish()
        guard let access else { return nil }
        self.access = access
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
}
