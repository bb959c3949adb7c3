import BridgeConfiguration
import ConfigurationText
package import ServerEvents

/// A network server whose broker is listened to.
package struct ServerConfiguration: Sendable {
    package var kind: ServerKind
    package var host: String
    package var port: UInt16
    package var usesTLS: Bool
    /// A file of authorities, in PEM; nil for those that the system believes.
    package var authorities: String?
    /// The client's own certificate and its key, in PEM.
    package var certificate: (file: String, key: String)?
    package var user: String?
    package var password: String?
    /// What is subscribed to.
    package var topics: [String]
    /// By which the broker knows the client, and keeps for it what comes while it is away.
    package var client: String
    /// What it keeps itself, which is read for what was missed; nil for nothing.
    package var records: ServerRecordsPlace?

    /// For people, and for others who listen to it.
    package var name: String { "\(kind.rawValue) at \(host):\(port)" }

    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, number: Int, folder: String, secrets: SecretSources) {
        let kind = table.choice("kind", ServerKind.self)
        if kind == nil {
            let known = ServerKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            table.missing("kind", "is missing: \(known)")
        }
        let host = table.required("host", "is missing: the name or the address of the server's MQTT broker")
        usesTLS = table.boolean("tls") ?? false
        port = UInt16(table.integer("port", in: 1...65_535) ?? (usesTLS ? 8_883 : 1_883))
        authorities = table.string("ca").map { Self.path($0, folder) }
        let file = table.string("certificate").map { Self.path($0, folder) }
        let key = table.string("key_file").map { Self.path($0, folder) }
        user = table.string("user")
        password = SecretFile.password("password", in: table, from: secrets)
        let topic = table.string("topic")
        if let kind {
            records = ServerRecordsPlace(
                table, kind: kind, user: user, password: password, authorities: authorities, secrets: secrets)
        }
        client = table.string("client") ?? "p1lora-collector-\(HostName.current)-\(number)"
        if (file == nil) != (key == nil) {
            table.refuse(file == nil ? "key_file" : "certificate", "needs the other one of certificate and key_file")
        }
        if authorities != nil || file != nil, !usesTLS {
            table.refuse(authorities == nil ? "certificate" : "ca", "is for tls = true")
        }
        if password != nil && user == nil { table.refuse("password", "needs a user") }
        table.finish()
        guard let kind, let host else { return nil }
        self.kind = kind
        self.host = host
        if let file, let key { certificate = (file, key) }
        topics = topic.map { [$0] } ?? Self.topics(of: kind, user: user)
    }

    private static func path(_ file: String, _ folder: String) -> String {
        file.hasPrefix("/") ? file : "\(folder)/\(file)"
    }

    private static func topics(of kind: ServerKind, user: String?) -> [String] {
        switch kind {
        case .chirpStack: ["application/+/device/+/event/+"]
        // Of a single application, which is the user.
        case .theThingsStack: ["up", "down/failed"].map { "v3/\(user ?? "+")/devices/+/\($0)" }
        }
    }
}
