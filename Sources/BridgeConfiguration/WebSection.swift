import ConfigurationText
package import HardwareInterfaces
package import WebPages

/// The page of a bridge ([web]).
package struct WebConfiguration: Sendable {
    package var listen: NetworkPeer
    /// nil for none, which is possible on this machine's own address alone.
    package var password: SharedSecret?
    /// Names of this machine by which browsers may ask, beside addresses.
    package var names: [String]

    /// - Returns: nil without [web] listen, or when a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        let text = table.string("listen")
        let password = Self.password(table, secrets)
        names = (table.strings("names") ?? []).map(\.text)
        table.finish()
        guard let text else { return nil }
        guard let listen = NetworkPeer(text) else {
            table.refuse("listen", "\"\(text.shortened)\" must be address:port, such as 127.0.0.1:8471")
            return nil
        }
        guard listen.isLoopback || password != nil else {
            table.refuse(
                "listen",
                "\"\(text.shortened)\" is heard by others: set a password (password_file), for what a meter says is private"
            )
            return nil
        }
        self.listen = listen
        self.password = password
    }

    private static func password(_ table: ConfigurationTable, _ secrets: SecretSources) -> SharedSecret? {
        guard let text = SecretFile.password("password", in: table, from: secrets) else { return nil }
        if let secret = SharedSecret(text) { return secret }
        table.refuse("password", "must have \(SharedSecret.shortest) to \(SharedSecret.longest) bytes")
        return nil
    }
}

extension NetworkPeer {
    /// Nobody but this machine is heard there.
    package var isLoopback: Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1"
            || numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
