import BridgeConfiguration
import ConfigurationText
import LinuxHardware

/// A server that is told what changes, over HTTP or WebSocket.
struct ServerPlace {
    let address: WebAddress
    /// A file of authorities, in PEM; nil for those that the system believes.
    let authorities: String?

    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, port: Int, secure: String, plain: String, path: String, folder: String) {
        let host = table.required("host", "is missing: the name or the address of the server")
        let usesTLS = table.boolean("tls") ?? false
        let port = table.integer("port", in: 1...65_535) ?? port
        authorities = table.string("ca").map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
        if authorities != nil, !usesTLS { table.refuse("ca", "is for tls = true") }
        guard let host else { return nil }
        let name = host.contains(":") ? "[\(host)]" : host
        let text = "\(usesTLS ? secure : plain)://\(name):\(port)\(path)"
        guard let address = WebAddress(text, schemes: (secure, plain)), address.path == path else {
            table.refuse("host", "\"\(host.shortened)\" must be a name or an address, without a port")
            return nil
        }
        self.address = address
    }
}
