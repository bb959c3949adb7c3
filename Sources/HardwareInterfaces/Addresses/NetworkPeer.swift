/// `host:port`, with brackets around the host where it has colons itself: `[::1]:1700`.
package struct NetworkPeer: Hashable, Sendable {
    package let host: String
    package let port: UInt16

    /// nil unless there are a host and a port from 1 to 65535.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("[") && host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self.host = host
        self.port = port
    }

    /// Reads `scheme://host:port`.
    package init?(url: String, scheme: String) {
        guard url.hasPrefix(scheme + "://") else { return nil }
        self.init(url.dropFirst(scheme.count + 3))
    }
}
