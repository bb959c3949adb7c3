/// The four kinds of texts in quotes.
extension TOMLReader {
    mutating func readBasicString() throws(TOMLMistake) -> String {
        let start = cursor.offset
        cursor.offset += 1
        var text: [UInt8] = []
        while true {
            text += cursor.take { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && !$0.isControl }
            switch cursor.byte {
            case UInt8(ascii: "\""):
                cursor.offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try readEscape()
            default: throw unclosed(from: start, "\"")
            }
        }
    }

    mutating func readLiteralString() throws(TOMLMistake) -> String {
        let start = cursor.offset
        cursor.offset += 1
        let text = cursor.take { $0 != UInt8(ascii: "'") && !$0.isControl }
        guard cursor.take("'") else { throw unclosed(from: start, "'") }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Parameter quotes: three of either kind.
    mutating func readLongString(_ quotes: String) throws(TOMLMistake) -> String {
        let start = cursor.offset
        let mark = quotes.utf8.first ?? 0
        let hasEscapes = mark == UInt8(ascii: "\"")
        cursor.offset += 3
        _ = cursor.takeLineEnd()
        var text: [UInt8] = []
        while true {
            text += cursor.take { $0 != mark && (!hasEscapes || $0 != UInt8(ascii: "\\")) && !$0.isControl }
            if cursor.takeLineEnd() {
                text.append(UInt8(ascii: "\n"))
            } else if cursor.isAt(quotes) {
                // One or two more quotes may stand right before those that end it.
                let count = cursor.bytes[cursor.offset...].prefix(5).prefix { $0 == mark }.count
                cursor.offset += count
                text += [UInt8](repeating: mark, count: count - 3)
                return String(decoding: text, as: UTF8.self)
            } else if cursor.byte == mark {
                text.append(mark)
                cursor.offset += 1
            } else if cursor.byte == UInt8(ascii: "\\") {
                text += try skipsLineEnd() ? [] : readEscape()
            } else {
                throw unclosed(from: start, quotes)
            }
        }
    }

    /// A backslash at a line's end takes away all space up to the next letter.
    private mutating func skipsLineEnd() -> Bool {
        var copy = cursor
        copy.offset += 1
        copy.skipBlanks()
        guard copy.takeLineEnd() else { return false }
        repeat { copy.skipBlanks() } while copy.takeLineEnd()
        cursor = copy
        return true
    }

    private mutating func readEscape() throws(TOMLMistake) -> [UInt8] {
        let start = cursor.offset
        cursor.offset += 1
        guard let letter = cursor.byte else { return [] }
        cursor.offset += 1
        switch letter {
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
        case UInt8(ascii: "u"): return try readScalar(digits: 4, from: start)
        case UInt8(ascii: "U"): return try readScalar(digits: 8, from: start)
        default:
            throw mistake(
                at: start, "\\ begins an escape such as \\n: write \\\\ for a backslash, or the text in single quotes")
        }
    }

    private mutating func readScalar(digits: Int, from start: Int) throws(TOMLMistake) -> [UInt8] {
        let end = min(cursor.offset + digits, cursor.bytes.count)
        let text = cursor.text(cursor.offset..<end)
        guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit), let number = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw mistake(at: start, "\\u has four hexadecimal digits of a character behind it, and \\U eight") }
        cursor.offset = end
        return Array(String(Character(scalar)).utf8)
    }

    /// A text that does not end where it should: a quote is missing, is of another kind, or a control character is in it.
    private func unclosed(from start: Int, _ quotes: String) -> TOMLMistake {
        if !cursor.isAtEnd, cursor.byte != UInt8(ascii: "\n"), cursor.byte != UInt8(ascii: "\r") {
            return mistake(at: start, "there is a control character in the text: write \\t, \\n or \\u00XX for it")
        }
        if cursor.text(start..<cursor.offset).unicodeScalars.contains(where: Self.curlyQuotes.contains) {
            return mistake(at: start, "the quote at its end is a curly one: write a straight one, \(quotes)")
        }
        return mistake(at: start, "the quote is not closed: \(quotes) is missing at the end of the text")
    }

    /// What letters and web pages make of quotes.
    static let curlyQuotes: Set<Unicode.Scalar> = [
        "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\u{AB}",
        "\u{BB}",
        "\u{2039}", "\u{203A}", "\u{B4}", "\u{60}", "\u{2032}", "\u{2033}", "\u{300C}", "\u{300D}", "\u{FF02}",
        "\u{FF07}",
    ]
}
