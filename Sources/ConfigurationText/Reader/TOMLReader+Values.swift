/// What stands behind =, in lists and in inline tables.
extension TOMLReader {
    mutating func readValue() throws(TOMLMistake) -> TOMLValue.Content {
        switch cursor.byte {
        case UInt8(ascii: "\""):
            return .string(try cursor.isAt("\"\"\"") ? readLongString("\"\"\"") : readBasicString())
        case UInt8(ascii: "'"):
            return .string(try cursor.isAt("'''") ? readLongString("'''") : readLiteralString())
        case UInt8(ascii: "["): return .array(try readArray())
        case UInt8(ascii: "{"): return .table(try readInlineTable())
        default: return try readWord()
        }
    }

    private mutating func readArray() throws(TOMLMistake) -> [TOMLValue] {
        try enter()
        cursor.offset += 1
        var values: [TOMLValue] = []
        while true {
            try skipListSpace()
            if cursor.take("]") { break }
            let position = cursor.position
            values.append(TOMLValue(position: position, content: try readValue()))
            try skipListSpace()
            if cursor.take(",") { continue }
            if cursor.take("]") { break }
            throw betweenElements("]")
        }
        enclosures.removeLast()
        return values
    }

    private mutating func readInlineTable() throws(TOMLMistake) -> TOMLTable {
        try enter()
        let table = TOMLTable(.dottedKey, at: cursor.position)
        cursor.offset += 1
        cursor.skipBlanks()
        if cursor.take("}") {
            enclosures.removeLast()
            table.close()
            return table
        }
        repeat {
            cursor.skipBlanks()
            try readInlineEntry(table)
            cursor.skipBlanks()
        } while cursor.take(",")
        guard cursor.take("}") else { throw betweenElements("}") }
        enclosures.removeLast()
        table.close()
        return table
    }

    private mutating func readInlineEntry(_ table: TOMLTable) throws(TOMLMistake) {
        let start = cursor.offset
        if cursor.isAtLineEnd { throw mistake(at: start, "a table in braces stands in one line, and ends with }") }
        if cursor.isAt("}") { throw mistake(at: start, "no comma stands before the }") }
        guard cursor.byte.map({ $0.isBareKey || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) == true else {
            throw mistake(at: start, "a table in braces is written { key = value, key = value }")
        }
        let path = try readPath()
        guard cursor.take("=") else {
            throw mistake(
                at: start,
                cursor.isAt(":")
                    ? "between a key and its value stands =, not :"
                    : "a table in braces is written { key = value, key = value }, and a key or a list of numbers in quotes "
                        + "or in [ ]")
        }
        cursor.skipBlanks()
        let outer = key
        if let last = path.last { key += " \(last.name)" }
        let content = try readValue()
        try store(content, at: path, in: table)
        key = outer
    }

    private mutating func enter() throws(TOMLMistake) {
        enclosures.append(cursor.byte ?? 0)
        guard depth <= Self.deepest else {
            throw mistake(at: cursor.offset, "more than \(Self.deepest) lists or tables are inside one another")
        }
    }

    /// Blanks, line ends and comments, which may stand between the elements of a list.
    private mutating func skipListSpace() throws(TOMLMistake) {
        while true {
            cursor.skipBlanks()
            if cursor.byte == UInt8(ascii: "#") { try skipComment() }
            guard cursor.takeLineEnd() else { break }
            if cursor.beginsStatement { throw notClosed() }
        }
        if cursor.isAtEnd { throw notClosed() }
    }

    private mutating func notClosed() -> TOMLMistake {
        // The line that begins something else is read as that.
        if !cursor.isAtEnd {
            cursor.offset -= 1
            enclosures = []
        }
        return mistake(at: outermost, "the list that begins here has no end: ] is missing")
    }

    mutating func skipComment() throws(TOMLMistake) {
        let comment = cursor.take { $0 != UInt8(ascii: "\n") }
        var end = comment.endIndex
        if end > comment.startIndex, comment[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if let control = comment[..<end].firstIndex(where: \.isControl) {
            throw mistake(at: control, "a comment has no control characters")
        }
        cursor.offset = end
    }

    private func betweenElements(_ closing: String) -> TOMLMistake {
        if closing == "}", cursor.isAtLineEnd || cursor.isAt("#") {
            return mistake(at: cursor.offset, "a table in braces stands in one line, and ends with }")
        }
        return mistake(
            at: cursor.offset, "a comma or \(closing) is missing before \(cursor.character?.shown ?? "the end")")
    }
}

extension TOMLTable {
    /// Nothing can be added to an inline table, nor to what its dotted keys have made.
    fileprivate func close() {
        origin = .inline
        for key in keys {
            if case .table(let inner) = self[key]?.content, inner.origin == .dottedKey { inner.close() }
        }
    }
}
