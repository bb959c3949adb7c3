import BridgeConfiguration
import LinuxHardware

extension BaseFile {
    /// nil without [mqtt].
    var brokerSettings: MosquittoBroker.Settings? {
        guard let access = broker else { return nil }
        var settings = MosquittoBroker.Settings(
            host: access.host, port: access.port, clientIdentifier: "p1lora-base-\(application)")
        (settings.user, settings.password) = (access.user, access.password)
        if access.usesTLS { settings.authorities = .init(file: access.authorities) }
        settings.keepsSession = true
        return settings
    }
}
