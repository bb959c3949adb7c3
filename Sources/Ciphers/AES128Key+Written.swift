extension AES128Key {
    /// A key as consoles and programs show it: 32 hexadecimal digits, with or without 0x before them, or an array of C,
    /// `{ 0x2B, 0x7E, ... }`, with whatever stands before its brace.
    public init(written text: some StringProtocol) throws(CipherError) {
        if let open = text.lastIndex(of: "{") {
            let end = text[open...].firstIndex(of: "}") ?? text.endIndex
            try self.init(elements: text[text.index(after: open)..<end])
        } else if text.contains(",") {
            try self.init(elements: text[...])
        } else if text.hasPrefix("0x") || text.hasPrefix("0X") {
            try self.init(hex: text.dropFirst(2))
        } else {
            try self.init(hex: text)
        }
    }

    /// Each byte has 0x: without it nobody knows whether 10 is ten.
    private init(elements text: some StringProtocol) throws(CipherError) {
        var bytes: [UInt8] = []
        var elements = text.split(separator: ",", omittingEmptySubsequences: false)
        if elements.last?.allSatisfy(\.isWhitespace) == true { elements.removeLast() }
        for element in elements {
            let parts = element.split(whereSeparator: \.isWhitespace)
            guard parts.count == 1, parts[0].lowercased().hasPrefix("0x"), (3...4).contains(parts[0].utf8.count),
                parts[0].dropFirst(2).allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let byte = UInt8(parts[0].dropFirst(2), radix: 16)
            else { throw .notHexadecimal }
            bytes.append(byte)
        }
        try self.init(bytes)
    }
}
