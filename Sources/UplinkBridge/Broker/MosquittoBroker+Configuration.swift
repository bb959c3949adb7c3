import BridgeConfiguration
import LinuxHardware

extension MosquittoBroker.Settings {
    /// Where Debian and most others keep the authorities that the system believes.
    private static let systemAuthorities = "/etc/ssl/certs"

    init(_ configuration: BrokerConfiguration, topics: BrokerTopics) {
        self.init(
            host: configuration.host, port: configuration.port, clientIdentifier: "p1lora-\(topics.identifier)")
        user = configuration.user
        password = configuration.password
        if configuration.usesTLS {
            authorities = configuration.authorities.map { .file($0) } ?? .folder(Self.systemAuthorities)
        }
        will = (topics.availability, "offline")
    }
}
