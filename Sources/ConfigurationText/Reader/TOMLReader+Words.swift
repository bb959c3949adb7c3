/// Values without quotes: numbers, dates, true and false, and what was meant to be one of them.
extension TOMLReader {
    mutating func readWord() throws(TOMLMistake) -> TOMLValue.Content {
        let start = cursor.offset
        if cursor.isAtLineEnd || cursor.byte == UInt8(ascii: "#") {
            throw mistake(at: start, "has no value: write it behind the =")
        }
        let word = takeWord()
        if !word.isEmpty, let value = Self.value(of: word), !isFollowedByMore() { return value }
        cursor.offset = start
        throw mistake(at: start, MisreadWord(text: phrase(), shows: !isSecret).advice)
    }

    /// A date and a time may have a blank between them.
    private mutating func takeWord() -> String {
        let start = cursor.offset
        func belongs(_ byte: UInt8) -> Bool { byte.isBareKey || "+.:".utf8.contains(byte) }
        let first = cursor.take(while: belongs)
        if first.count == 10, TOMLDate.isValid(String(decoding: first, as: UTF8.self)),
            cursor.byte == UInt8(ascii: " "),
            cursor.byte(ahead: 1)?.isDigit == true
        {
            cursor.offset += 1
            _ = cursor.take(while: belongs)
        }
        return cursor.text(start..<cursor.offset)
    }

    static func value(of word: String) -> TOMLValue.Content? {
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: break
        }
        if let number = TOMLNumber(word) { return number.content }
        return TOMLDate.isValid(word) ? .date(word) : nil
    }

    /// Whether what follows belongs to the word: a decimal comma, a unit behind a blank.
    private func isFollowedByMore() -> Bool {
        var copy = cursor
        copy.skipBlanks()
        if copy.isAtLineEnd || "#\r".utf8.contains(copy.byte ?? 0) { return false }
        guard depth > 0 else { return true }
        guard copy.byte == UInt8(ascii: ",") else { return !"]}".utf8.contains(copy.byte ?? 0) }
        return isDecimalComma(copy)
    }

    /// In a table in braces a key follows the comma, with its own =.
    private func isDecimalComma(_ comma: TextCursor) -> Bool {
        var copy = comma
        copy.offset += 1
        guard enclosures.last == UInt8(ascii: "{"), !copy.take(while: \.isDigit).isEmpty else { return false }
        copy.skipBlanks()
        return copy.isAtLineEnd || ",]}#".utf8.contains(copy.byte ?? 0)
    }

    /// What stands here up to the comma, bracket, comment or line end behind it.
    private func phrase() -> String {
        var copy = cursor
        let start = copy.offset
        if depth == 0 {
            _ = copy.take { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        } else {
            _ = copy.take { !",]}#\n\r".utf8.contains($0) }
            if copy.byte == UInt8(ascii: ","), isDecimalComma(copy) {
                copy.offset += 1
                _ = copy.take(while: \.isDigit)
            }
        }
        var end = copy.offset
        while end > start, [9, 32].contains(copy.bytes[end - 1]) { end -= 1 }
        return copy.text(start..<end)
    }

    /// Behind a value at the end of a line.
    func leftOver() -> TOMLMistake {
        let rest = cursor.restOfLine
        let place = cursor.offset
        if rest.hasPrefix("\r") { return mistake(at: place, "a line ends with LF or CR LF, and not with CR alone") }
        guard !key.isEmpty else {
            return mistake(at: place, "behind a header only a comment can stand: begin a new line")
        }
        if rest.unicodeScalars.first.map(Self.curlyQuotes.contains) == true {
            return mistake(at: place, "write straight quotes, \": some here are curly")
        }
        return mistake(
            at: place, "behind the value only a comment (#) can stand: is a quote too many, or a line end missing?")
    }

    /// Whether what is written for the key is nobody's business.
    private var isSecret: Bool {
        let name = key.lowercased()
        return ["key", "pass", "secret", "psk"].contains { name.contains($0) }
    }
}

/// A word that is no value.
struct MisreadWord {
    let text: String
    /// Whether it may be shown.
    let shows: Bool

    /// What to write instead.
    var advice: String {
        if text.unicodeScalars.first.map(TOMLReader.curlyQuotes.contains) == true {
            return "write straight quotes, \": those here are of another kind"
        }
        switch text.lowercased() {
        case "true", "false": return "write \(text.lowercased()) in small letters, not \(text)"
        case "yes", "no", "on", "off":
            return "write true or false, or in quotes what is a text: \"\(text)\""
        case "null", "nil", "none": return "there is no \(text): leave the key out"
        default: return numberAdvice ?? textAdvice
        }
    }

    private var textAdvice: String {
        if text.hasPrefix("=") { return "one = stands between a key and its value" }
        return shows ? "a text is written in quotes: \"\(text.shortened)\"" : "a text is written in quotes: \"...\""
    }

    private var numberAdvice: String? {
        let signless = text.drop { $0 == "-" || $0 == "+" }
        guard let first = signless.first, first.isNumber || first == ".", shows else { return nil }
        let parts = signless.split(separator: ",", omittingEmptySubsequences: false)
        func isDigits(_ text: Substring) -> Bool { !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber } }
        if parts.count == 2, parts.allSatisfy(isDigits) {
            return "a number has a decimal point and no comma: \(text.replacing(",", with: "."))"
        }
        if isDigits(signless) {
            if signless.count > 15 { return "is too long for a number: if it is a text, write it in quotes" }
            return "a number has no zeros in front: \(Int(signless) ?? 0), or in quotes if it is a text"
        }
        let halves = signless.split(separator: ".", omittingEmptySubsequences: false)
        if halves.count == 2, halves.allSatisfy({ $0.isEmpty || isDigits($0) }) {
            return "a number has digits on both sides of its point: \(halves[0].isEmpty ? "0" : halves[0])."
                + "\(halves[1].isEmpty ? "0" : halves[1])"
        }
        if signless.allSatisfy({ $0.isNumber || " ,.'_".contains($0) }) {
            return "a number is written in one piece, with a decimal point: \(text.shortened) is none"
        }
        return nil
    }
}
