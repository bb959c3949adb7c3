/// Where a server is asked: `https://host:port/path`, `http`, `wss` or `ws`.
package struct WebAddress: Hashable, Sendable {
    package var host: String
    package var port: UInt16
    package var usesTLS: Bool
    /// Begins with a slash and has none at its end; empty for the root.
    package var path: String

    /// - Parameter schemes: those that are taken, with and without TLS.
    /// - Returns: nil for what is none, has a name or password in it, a query, or blanks.
    package init?(_ text: String, schemes: (secure: String, plain: String) = ("https", "http")) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//") else { return nil }
        switch parts[0].lowercased() {
        case schemes.secure: usesTLS = true
        case schemes.plain: usesTLS = false
        default: return nil
        }
        let rest = parts[1].dropFirst(2)
        guard rest.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), !rest.contains(where: { "@?#\"".contains($0) }) else {
            return nil
        }
        let place = rest.prefix { $0 != "/" }
        path = String(rest.dropFirst(place.count))
        while path.hasSuffix("/") { path.removeLast() }
        guard let (host, port) = Self.place(place, port: usesTLS ? 443 : 80) else { return nil }
        (self.host, self.port) = (host, port)
    }

    /// An address of IPv6 stands in brackets (RFC 3986).
    private static func place(_ text: Substring, port: UInt16) -> (String, UInt16)? {
        var (host, tail) = (text, Substring())
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            (host, tail) = (text[text.index(after: text.startIndex)..<end], text[text.index(after: end)...])
        } else if let colon = text.firstIndex(of: ":") {
            (host, tail) = (text[..<colon], text[colon...])
        }
        guard !host.isEmpty, host.utf8.count <= 255, !host.contains("[") else { return nil }
        if tail.isEmpty { return (String(host), port) }
        guard tail.hasPrefix(":"), let number = UInt16(tail.dropFirst()), number > 0 else { return nil }
        return (String(host), number)
    }

    /// As the header Host has it.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (usesTLS ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// For people.
    package var name: String { "\(host):\(port)" }
}
