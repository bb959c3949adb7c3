/// Goes through the bytes of a text, and knows its lines.
struct TextCursor {
    let bytes: [UInt8]
    var offset = 0
    private let lineStarts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.lazy.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    var isAtEnd: Bool { offset >= bytes.count }
    var byte: UInt8? { byte(ahead: 0) }

    func byte(ahead count: Int) -> UInt8? {
        let place = offset + count
        return place < bytes.count ? bytes[place] : nil
    }

    func isAt(_ text: String) -> Bool { bytes[min(offset, bytes.count)...].starts(with: text.utf8) }

    /// Passes over the text if it is here.
    mutating func take(_ text: String) -> Bool {
        guard isAt(text) else { return false }
        offset += text.utf8.count
        return true
    }

    /// What is passed over while it holds.
    mutating func take(while holds: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = offset
        while let byte, holds(byte) { offset += 1 }
        return bytes[start..<offset]
    }

    mutating func skipBlanks() { _ = take { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

    /// To the line's end, which stays.
    mutating func skipLine() { _ = take { $0 != UInt8(ascii: "\n") } }

    /// LF, CR LF or the end of the text.
    var isAtLineEnd: Bool { isAtEnd || isAt("\n") || isAt("\r\n") }

    mutating func takeLineEnd() -> Bool { take("\n") || take("\r\n") }

    /// From 0.
    func lineIndex(of offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    func position(of offset: Int) -> TextPosition {
        let line = lineIndex(of: offset)
        let start = lineStarts[line]
        let before = bytes[start..<max(start, min(offset, bytes.count))]
        // A byte that goes on with a character begins with 10.
        return TextPosition(line: line + 1, column: before.count { $0 & 0xC0 != 0x80 } + 1)
    }

    var position: TextPosition { position(of: offset) }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// From here to the line's end, without blanks at either.
    var restOfLine: String {
        var copy = self
        copy.skipBlanks()
        let start = copy.offset
        copy.skipLine()
        var end = copy.offset
        while end > start, [9, 13, 32].contains(bytes[end - 1]) { end -= 1 }
        return text(start..<end)
    }

    /// The character that is here; nil at the end.
    var character: Unicode.Scalar? {
        var iterator = bytes[min(offset, bytes.count)..<min(offset + 4, bytes.count)].makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return scalar
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    /// What a key without quotes is made of.
    var isBareKey: Bool { isDigit || isLetter || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
    /// What TOML allows nowhere but as a line end or a tab.
    var isControl: Bool { self < 32 && self != 9 || self == 127 }
}
