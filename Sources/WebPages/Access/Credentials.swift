/// What an `Authorization` header says.
enum Credentials: Hashable {
    case password([UInt8])
    case token([UInt8])

    /// Basic (RFC 7617) and Bearer (RFC 6750); nil for others and for what can't be read.
    init?(_ header: String) {
        let words = header.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2 else { return nil }
        switch words[0].lowercased() {
        case "basic":
            guard let text = Self.base64(words[1].utf8), let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
                return nil
            }
            self = .password(Array(text[(colon + 1)...]))
        case "bearer": self = .token(Array(words[1].utf8))
        default: return nil
        }
    }

    /// RFC 4648, 4.
    private static func base64(_ text: Substring.UTF8View) -> [UInt8]? {
        let digits = text.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
        guard text.count.isMultiple(of: 4), text.count - digits.count <= 2 else { return nil }
        var bytes: [UInt8] = []
        var (bits, count) = (0, 0)
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
