package import BridgeConfiguration
import ConfigurationText
package import Foundation
package import Timekeeping

/// What a person wrote in the collector's configuration file, checked and with the defaults filled in.
package struct CollectorConfiguration: Sendable {
    /// Where profiles are kept.
    package enum Place: Hashable, Sendable {
        case file(String)
        /// A PostgreSQL database, as libpq takes it; with a password where that stands in a file of its own.
        case database(String, password: String?)
    }

    package var place: Place
    /// By which the files are named in which what came waits for the store.
    package var spool: String
    /// For how long registers are kept; nil for ever.
    package var keep: TimeSpan?
    /// It rules days, and the offset of written times.
    package var timeZone: TimeZone
    /// One at least.
    package var fleets: Fleets
    /// Those whose brokers are listened to.
    package var servers: [ServerConfiguration]
    /// nil without [webhook].
    package var webhook: WebhookConfiguration?
    /// nil without [api].
    package var api: APIConfiguration?
    /// nil without [broker].
    package var broker: BrokerAccess?
    /// nil without [influx].
    package var influx: InfluxConfiguration?
    /// nil without [home_assistant].
    package var homeAssistant: HomeAssistantConfiguration?

    /// The service has something to do.
    package var hasWork: Bool {
        !servers.isEmpty || webhook != nil || api != nil || broker != nil || influx != nil || homeAssistant != nil
    }

    package static let installedPath = "/etc/p1lora-collector.toml"

    /// - Throws: all mistakes of the file, each with its line.
    package init(contentsOfFile path: String) throws(ConfigurationError) {
        let (bytes, secrets) = try ConfigurationFile.read(path)
        try self.init(bytes: bytes, secrets: secrets)
    }

    /// - Parameter folder: where files with relative names are.
    package init(text: String, folder: String) throws(ConfigurationError) {
        try self.init(bytes: Array(text.utf8), secrets: SecretSources(in: folder))
    }

    private init(bytes: [UInt8], secrets: SecretSources) throws(ConfigurationError) {
        let mistakes = MistakeList()
        let root = ConfigurationFile.parse(bytes, into: mistakes)
        self = try mistakes.checked(Self(root, secrets: secrets))
    }

    /// - Returns: nil when a mistake was told.
    private init?(_ root: ConfigurationTable, secrets: SecretSources) {
        let folder = secrets.folder
        let store = root.section("store")
        let fleetTables = root.sections("fleet", most: 1_000)
        let serverTables = root.sections("server", most: 100)
        let (webhook, api, broker) = (root.section("webhook"), root.section("api"), root.section("broker"))
        let (influx, homeAssistant) = (root.section("influx"), root.section("home_assistant"))
        let zone = Self.timeZone(root)
        root.finish()
        keep = Self.keep(store)
        let place = Self.place(store, folder: folder, secrets: secrets)
        let spool = store.string("spool").map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
        store.finish()
        let fleets = Fleets(fleetTables, root: root, folder: folder)
        servers = serverTables.enumerated().compactMap {
            ServerConfiguration($1, number: $0, folder: folder, secrets: secrets)
        }
        self.webhook = WebhookConfiguration(webhook, secrets: secrets)
        self.api = APIConfiguration(api, secrets: secrets)
        self.broker = BrokerAccess(broker, prefix: "p1lora-collector", folder: folder, secrets: secrets)
        broker.finish()
        self.influx = InfluxConfiguration(influx, folder: folder, secrets: secrets)
        self.homeAssistant = HomeAssistantConfiguration(homeAssistant, folder: folder, secrets: secrets)
        guard let zone, let place, let fleets else { return nil }
        self.place = place
        if case .file(let path) = place {
            self.spool = spool ?? path
        } else {
            self.spool = spool ?? "\(folder)/p1lora-collector"
        }
        timeZone = zone
        self.fleets = fleets
    }

    /// - Returns: the system's where none is given.
    private static func timeZone(_ root: ConfigurationTable) -> TimeZone? {
        guard let name = root.string("time_zone") else { return .current }
        // Foundation takes abbreviations too, and some of them mean several zones.
        if name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) { return zone }
        root.refuse("time_zone", "\"\(name.shortened)\" is no time zone such as \"Europe/Luxembourg\" or \"UTC\"")
        return nil
    }

    private static func place(_ store: ConfigurationTable, folder: String, secrets: SecretSources) -> Place? {
        let path = store.string("path")
        let url = store.string("url")
        let password = SecretFile.password("password", in: store, from: secrets)
        if password != nil, url == nil { store.refuse("password", "is for the url of a database") }
        switch (path, url) {
        case (let path?, nil): return .file(path.hasPrefix("/") ? path : "\(folder)/\(path)")
        case (nil, let url?):
            guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
                store.refuse("url", "must begin with postgresql://")
                return nil
            }
            return .database(url, password: password)
        case (nil, nil):
            store.missing("path", "is missing: the file for the profiles, as path = \"profile.db\"")
            return nil
        case (_?, _?):
            store.refuse("url", "stands here beside path: keep one of them")
            return nil
        }
    }

    private static func keep(_ store: ConfigurationTable) -> TimeSpan? {
        guard let keep = store.span("keep") else { return nil }
        if keep >= .hours(24 * 8) { return keep }
        store.refuse("keep", "must be at least 8d, this is \(keep): the completeness is that of 7 days")
        return nil
    }
}
