import BridgeConfiguration
import ConfigurationText
package import HardwareInterfaces
package import WebPages

/// Where network servers post what they hear.
package struct WebhookConfiguration: Sendable {
    package var listen: NetworkPeer
    /// What each request has to show.
    package var secret: SharedSecret

    /// - Returns: nil when there is none, or a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        guard table.line != nil else { return nil }
        let listen = table.peer("listen")
        // Nothing limits the tries of those who guess: all of a server's events come from one address.
        let secret = table.sharedSecret("secret", shortest: 16, from: secrets)
        if secret == nil, !table.holds("secret"), !table.holds("secret_file") {
            table.missing("secret_file", "is missing: a file with the secret that the server has to show")
        }
        table.finish()
        guard let listen, let secret else { return nil }
        self.listen = listen
        self.secret = secret
    }
}

/// Where pages, profiles and metrics are to be had.
package struct APIConfiguration: Sendable {
    package var listen: NetworkPeer
    package var password: SharedSecret?
    package var token: SharedSecret?
    /// Names of this machine that browsers may call it by.
    package var names: [String]

    /// - Returns: nil when there is none, or a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        guard table.line != nil else { return nil }
        let listen = table.peer("listen")
        password = table.sharedSecret("password", from: secrets)
        token = table.sharedSecret("token", from: secrets)
        names = (table.strings("names") ?? []).map(\.text)
        table.finish()
        guard let listen else { return nil }
        let isLocal = listen.host == "localhost" || listen.host == "::1" || listen.host.hasPrefix("127.")
        if !isLocal, password == nil, token == nil {
            table.refuse(
                "listen", "\(listen.host) is not this machine alone: a password_file or a token_file is needed")
        }
        self.listen = listen
    }
}

extension ConfigurationTable {
    fileprivate func peer(_ key: String) -> NetworkPeer? {
        guard let text = required(key, "is missing: address:port, such as 127.0.0.1:8470") else { return nil }
        if let peer = NetworkPeer(text) { return peer }
        refuse(key, "\"\(text.shortened)\" must be address:port, such as 127.0.0.1:8470")
        return nil
    }

    fileprivate func sharedSecret(
        _ key: String, shortest: Int = SharedSecret.shortest, from secrets: SecretSources
    ) -> SharedSecret? {
        guard let text = SecretFile.password(key, in: self, from: secrets) else { return nil }
        if text.utf8.count >= shortest, let secret = SharedSecret(text) { return secret }
        refuse(
            holds(key) ? key : key + "_file",
            "must have \(shortest) to \(SharedSecret.longest) bytes")
        return nil
    }
}
