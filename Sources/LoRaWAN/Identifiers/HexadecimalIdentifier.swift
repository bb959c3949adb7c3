import Ciphers

/// Reading and writing identifiers as people and consoles do: most significant byte first.
enum HexadecimalIdentifier {
    static func parse(_ text: some StringProtocol, name: String, bytes count: Int) throws(IdentifierError) -> UInt64 {
        guard let bytes = [UInt8](hex: text) else {
            // With one digit more it would be: then one is missing, or one too many.
            if let bytes = [UInt8](hex: String(text) + "0") {
                throw .wrongLength(name: name, digits: bytes.count * 2 - 1, wanted: count * 2)
            }
            throw .notHexadecimal(name: name, text: String(text))
        }
        guard bytes.count == count else {
            throw .wrongLength(name: name, digits: bytes.count * 2, wanted: count * 2)
        }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func text(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
