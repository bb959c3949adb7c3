import BridgeConfiguration
import ConfigurationText
package import LinuxHardware

/// `[home_assistant]`: its long-term statistics are told each hour.
package struct HomeAssistantConfiguration: Sendable {
    package var address: WebAddress
    package var authorities: String?
    /// A long-lived access token of an administrator.
    package var token: String

    /// By which the store knows it.
    package var name: String { "home-assistant \(address.name)" }

    /// - Returns: nil when there is none, or a mistake was told.
    init?(_ table: ConfigurationTable, folder: String, secrets: SecretSources) {
        guard table.line != nil else { return nil }
        let place = ServerPlace(
            table, port: 8_123, secure: "wss", plain: "ws", path: "/api/websocket", folder: folder)
        let token = SecretFile.password("token", in: table, from: secrets)
        if token == nil, !table.holds("token"), !table.holds("token_file") {
            table.missing("token_file", "is missing: a file with a long-lived access token of an administrator")
        }
        table.finish()
        guard let place, let token else { return nil }
        (address, authorities, self.token) = (place.address, place.authorities, token)
    }
}
