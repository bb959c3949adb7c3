/// A part of a dotted key.
struct KeyPart {
    let name: String
    let offset: Int
}

/// `key = value`.
extension TOMLReader {
    mutating func readEntry() throws(TOMLMistake) {
        let start = cursor.offset
        try checkBeginning()
        let path = try readPath()
        key = path.map(\.name).joined(separator: ".")
        cursor.skipBlanks()
        try readEquals(at: start, path)
        cursor.skipBlanks()
        outermost = cursor.offset
        let content: TOMLValue.Content
        do throws(TOMLMistake) {
            content = try readValue()
        } catch {
            // The key is there: nobody shall be told that it is missing.
            try store(.unreadable, at: path, in: current)
            throw error
        }
        try store(content, at: path, in: current)
    }

    private func checkBeginning() throws(TOMLMistake) {
        guard let character = cursor.character else { return }
        if cursor.isAt("//") || cursor.isAt(";") || cursor.isAt("--") {
            throw mistake(at: cursor.offset, "a comment begins with #")
        }
        if "]})>,".unicodeScalars.contains(character) {
            throw mistake(at: cursor.offset, "\(character) closes nothing that is open")
        }
        guard !(cursor.byte.map { $0.isBareKey || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") } ?? false) else {
            return
        }
        throw mistake(
            at: cursor.offset,
            "a line begins with a key (letters a to z, digits, _ and -), a [table] or a # for a comment, this one with "
                + character.shown)
    }

    /// Dots between bare keys and keys in quotes.
    mutating func readPath() throws(TOMLMistake) -> [KeyPart] {
        var path: [KeyPart] = []
        repeat {
            cursor.skipBlanks()
            let start = cursor.offset
            let name: String
            if cursor.byte == UInt8(ascii: "\"") {
                name = try readBasicString()
            } else if cursor.byte == UInt8(ascii: "'") {
                name = try readLiteralString()
            } else {
                name = String(decoding: cursor.take(while: \.isBareKey), as: UTF8.self)
                guard !name.isEmpty else {
                    throw mistake(at: start, "a key is missing here: letters a to z, digits, _ and -")
                }
            }
            path.append(KeyPart(name: name, offset: start))
            guard path.count <= Self.deepest else { throw mistake(at: start, "too many dots in one key") }
            cursor.skipBlanks()
        } while cursor.take(".")
        return path
    }

    /// Goes on behind another sign as if it were =, after the mistake is told.
    private mutating func readEquals(at start: Int, _ path: [KeyPart]) throws(TOMLMistake) {
        let sign = cursor.offset
        let signs = cursor.take { ":=>".utf8.contains($0) }
        if signs.elementsEqual("=".utf8) { return }
        if !signs.isEmpty {
            let written = String(decoding: signs, as: UTF8.self)
            return note(mistake(at: sign, "between a key and its value stands =, not \(written)"))
        }
        try store(.unreadable, at: path, in: current)
        if cursor.isAtLineEnd || cursor.byte == UInt8(ascii: "#") {
            throw mistake(at: start, "has no value: write \(key.shortened) = ...")
        }
        if let character = cursor.character, !character.isASCII {
            throw mistake(at: sign, "a key with \(character.shown) in it stands in quotes")
        }
        throw mistake(at: sign, "an = is missing between the key and its value")
    }

    func store(_ content: TOMLValue.Content, at path: [KeyPart], in table: TOMLTable) throws(TOMLMistake) {
        guard let last = path.last else { return }
        let parent = try descend(path.dropLast(), from: table, making: .dottedKey) { $0 == .dottedKey }
        if let known = parent[last.name] {
            if case .unreadable = content { return }
            throw mistake(
                at: last.offset, "is given twice, here and in line \(known.position.line): remove one of them")
        }
        parent.insert(content, for: last.name, at: cursor.position(of: last.offset))
    }
}
