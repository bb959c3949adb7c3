/// The value of a `Host` header (RFC 9110, 7.2): a name or an address, and perhaps a port.
struct HostName {
    /// In small letters, without port, brackets and the dot of the root.
    let name: String
    let isAddress: Bool

    /// - Returns: nil for what is no host.
    init?(header: String) {
        let text = header.utf8.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        guard text.count == header.utf8.count, !text.isEmpty, text.count <= 300 else { return nil }
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")), Self.isPort(text[text.index(after: end)...]) else {
                return nil
            }
            let inside = text[text.index(after: text.startIndex)..<end]
            guard inside.contains(UInt8(ascii: ":")), inside.allSatisfy(Self.isOfAddress) else { return nil }
            name = String(decoding: inside, as: UTF8.self)
            isAddress = true
        } else {
            let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            guard Self.isPort(text[end...]) else { return nil }
            name = Self.normal(String(decoding: text[..<end], as: UTF8.self))
            guard !name.isEmpty else { return nil }
            isAddress = Self.isIPv4(name)
        }
    }

    static func normal(_ name: String) -> String {
        let small = name.lowercased()
        return small.hasSuffix(".") ? String(small.dropLast()) : small
    }

    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        text.isEmpty || text.first == UInt8(ascii: ":") && text.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
            || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    /// Four numbers: a name can't end in one, for there is no such top-level domain (RFC 3696, 2).
    private static func isIPv4(_ name: String) -> Bool {
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4
            && numbers.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8($0) != nil }
    }
}
