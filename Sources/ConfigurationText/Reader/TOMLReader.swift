/// Reads a text statement by statement; behind a mistake it goes on with the next one.
struct TOMLReader {
    let root: TOMLTable
    var cursor: TextCursor
    private(set) var mistakes: [TOMLMistake] = []
    private(set) var isIncomplete = false
    /// Where keys go.
    var current: TOMLTable
    /// The header that is above, as it is written: "[[meter]]".
    var section = ""
    /// The key whose value is read.
    var key = ""
    /// [ or { of each list and inline table around the place that is read.
    var enclosures: [UInt8] = []
    var depth: Int { enclosures.count }
    /// Where the outermost of them begins.
    var outermost = 0

    /// A text with more is something else.
    static let mostMistakes = 100

    /// Configurations need two.
    static let deepest = 32

    init(_ bytes: [UInt8]) {
        cursor = TextCursor(bytes)
        root = TOMLTable(.header, at: TextPosition(line: 1, column: 1))
        current = root
    }

    mutating func read() {
        noteBytes()
        _ = cursor.take("\u{FEFF}")
        while !cursor.isAtEnd, mistakes.count < Self.mostMistakes { readStatement() }
    }

    mutating func note(_ mistake: TOMLMistake) {
        guard mistakes.count < Self.mostMistakes, mistakes.last != mistake else { return }
        mistakes.append(mistake)
    }

    func mistake(at offset: Int, _ message: String) -> TOMLMistake {
        let place = [section, key].filter { !$0.isEmpty }.joined(separator: " ").shortened
        return TOMLMistake(
            position: cursor.position(of: offset), message: place.isEmpty ? message : "\(place): \(message)")
    }

    private mutating func readStatement() {
        key = ""
        enclosures = []
        cursor.skipBlanks()
        let start = cursor.offset
        do throws(TOMLMistake) {
            if cursor.byte == UInt8(ascii: "[") {
                try readHeader()
            } else if !cursor.isAtLineEnd, cursor.byte != UInt8(ascii: "#") {
                try readEntry()
            }
            try endLine()
        } catch {
            note(error)
            recover(from: start)
        }
    }

    /// Behind a statement only a comment may stand.
    private mutating func endLine() throws(TOMLMistake) {
        cursor.skipBlanks()
        if cursor.byte == UInt8(ascii: "#") { try skipComment() }
        guard cursor.isAtEnd || cursor.takeLineEnd() else { throw leftOver() }
    }

    /// A header that can't be read hides whose the keys below it are, unless its name can be guessed.
    private mutating func recover(from start: Int) {
        if cursor.bytes[start] == UInt8(ascii: "["), depth == 0, key.isEmpty { guessHeader(at: start) }
        if depth > 0 { skipList() } else { cursor.skipLine() }
        _ = cursor.takeLineEnd()
    }

    /// From inside a list: to the line end behind its last bracket, or before a line that begins something else.
    private mutating func skipList() {
        cursor.offset = outermost
        var open = 0
        while true {
            open += cursor.takeBrackets()
            var next = cursor
            guard open > 0, next.takeLineEnd(), !next.isAtEnd, !next.beginsStatement else { return }
            cursor = next
        }
    }

    mutating func loseKeys() {
        current = TOMLTable()
        isIncomplete = true
    }

    /// What no TOML text may hold.
    private mutating func noteBytes() {
        let lines = cursor.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard String(validating: cursor.bytes, as: UTF8.self) == nil || cursor.bytes.contains(0) else { return }
        for line in lines {
            if line.contains(0) {
                note(mistake(at: line.startIndex, "there are NUL bytes: is the file damaged?"))
            } else if String(validating: line, as: UTF8.self) == nil {
                note(
                    mistake(
                        at: line.startIndex, "a letter is not UTF-8, as TOML must be: save the file with that encoding")
                )
            }
        }
    }
}

extension TextCursor {
    /// To the line's end.
    /// - Returns: how many more brackets open than close, outside of quotes and comments.
    fileprivate mutating func takeBrackets() -> Int {
        var open = 0
        var quote: UInt8?
        while let byte, byte != UInt8(ascii: "\n") {
            if let mark = quote {
                if byte == mark { quote = nil }
            } else if byte == UInt8(ascii: "#") {
                skipLine()
                break
            } else if "\"'".utf8.contains(byte) {
                quote = byte
            } else {
                open += "[{".utf8.contains(byte) ? 1 : "]}".utf8.contains(byte) ? -1 : 0
            }
            offset += 1
        }
        return open
    }

    /// Whether the line that begins here is `key = ` or a header, and not a part of a list.
    var beginsStatement: Bool {
        var copy = self
        copy.skipBlanks()
        if copy.byte == UInt8(ascii: "[") {
            _ = copy.take { $0 == UInt8(ascii: "[") }
            guard copy.byte?.isBareKey == true else { return false }
            _ = copy.take { $0.isBareKey || $0 == UInt8(ascii: ".") }
            guard copy.take("]") else { return false }
            _ = copy.take("]")
            copy.skipBlanks()
            return copy.isAtLineEnd || copy.byte == UInt8(ascii: "#")
        }
        guard !copy.take(while: { $0.isBareKey || $0 == UInt8(ascii: ".") }).isEmpty else { return false }
        copy.skipBlanks()
        return copy.byte == UInt8(ascii: "=")
    }
}
