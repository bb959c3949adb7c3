/// A whole number or one with a point or an exponent, by the rules of TOML 1.0 ("Integer", "Float").
struct TOMLNumber {
    let content: TOMLValue.Content

    /// - Returns: nil for anything else, and for what 64 bits do not hold.
    init?(_ word: String) {
        var digits = word[...]
        let sign = digits.first.flatMap { $0 == "+" || $0 == "-" ? $0 : nil }
        if sign != nil { digits = digits.dropFirst() }
        if digits == "inf" || digits == "nan" {
            let value = digits == "inf" ? Double.infinity : .nan
            content = .float(sign == "-" ? -value : value, text: word)
        } else if sign == nil, let number = Self.prefixed(digits) {
            content = .integer(number)
        } else if Self.isWhole(digits), let number = Int64(word.filter { $0 != "_" }) {
            content = .integer(number)
        } else if Self.isFraction(digits), let number = Double(word.filter { $0 != "_" }), number.isFinite {
            content = .float(number, text: word.filter { $0 != "_" })
        } else {
            return nil
        }
    }

    /// 0xFF, 0o17, 0b1.
    private static func prefixed(_ text: Substring) -> Int64? {
        let radix: Int
        switch text.prefix(2) {
        case "0x": radix = 16
        case "0o": radix = 8
        case "0b": radix = 2
        default: return nil
        }
        let digits = text.dropFirst(2)
        guard isGrouped(digits, isDigit: { $0.isASCII && $0.isHexDigit }) else { return nil }
        return Int64(digits.filter { $0 != "_" }, radix: radix)
    }

    /// Underscores stand between digits only.
    private static func isGrouped(
        _ text: Substring, isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
    ) -> Bool {
        text.split(separator: "_", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.allSatisfy(isDigit)
        }
    }

    private static func isWhole(_ text: Substring) -> Bool {
        isGrouped(text) && (text == "0" || !text.hasPrefix("0"))
    }

    private static func isFraction(_ text: Substring) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard parts.count <= 2, let mantissa = parts.first else { return false }
        if parts.count == 2 {
            let exponent = parts[1].first == "+" || parts[1].first == "-" ? parts[1].dropFirst() : parts[1]
            guard isGrouped(exponent) else { return false }
        }
        let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, let whole = halves.first, isWhole(whole) else { return false }
        return halves.count == 2 ? isGrouped(halves[1]) : parts.count == 2
    }
}
