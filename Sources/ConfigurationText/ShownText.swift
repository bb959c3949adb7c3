extension String {
    /// For a message: not long, without control characters, and without what may be a part of a key.
    package var shortened: String {
        let plain = String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        let hidden = plain.hidingKeys(from: 6)
        // A key may be written in many short pieces.
        if hidden.count(where: \.isHexDigit) >= 24 { return "..." }
        return hidden.count > 40 ? hidden.prefix(37) + "..." : hidden
    }

    /// With dots in place of each run of at least `length` hexadecimal digits.
    package func hidingKeys(from length: Int) -> String {
        var result = ""
        var run = ""
        for character in self {
            if character.isHexDigit {
                run.append(character)
                continue
            }
            result += (run.count < length ? run : "...") + String(character)
            run = ""
        }
        return result + (run.count < length ? run : "...")
    }
}

extension Unicode.Scalar {
    /// For a message.
    var shown: String { value < 32 || value == 127 ? "a control character" : "\"\(self)\"" }
}
