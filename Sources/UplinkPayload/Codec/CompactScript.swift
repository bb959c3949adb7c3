/// JavaScript without comments, indentation, and blanks and semicolons that mean nothing; one statement a line. The servers limit the size of a
/// codec, and what it does is written in `Codecs/README.md`.
enum CompactScript {
    static func of(_ script: String) -> String {
        var result: [UInt8] = []
        var quote: UInt8?
        var isEscaped = false
        var isComment = false
        var isBlank = false
        for (byte, next) in pairs(Array(script.utf8)) {
            if isComment {
                guard byte == newline else { continue }
                isComment = false
            }
            if let open = quote {
                result.append(byte)
                if !isEscaped, byte == open { quote = nil }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            if byte == UInt8(ascii: "/"), next == byte {
                isComment = true
            } else if byte == UInt8(ascii: " ") {
                isBlank = true
            } else if byte == newline {
                if let last = result.last, last != newline, last != UInt8(ascii: "{") { result.append(newline) }
                isBlank = false
            } else {
                if isBlank, let last = result.last, isNeeded(between: last, and: byte) {
                    result.append(UInt8(ascii: " "))
                }
                isBlank = false
                if byte == UInt8(ascii: "}") {
                    // A statement ends there by itself.
                    if result.last == newline { result.removeLast() }
                    if result.last == UInt8(ascii: ";") { result.removeLast() }
                }
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let newline = UInt8(ascii: "\n")

    private static func pairs(_ bytes: [UInt8]) -> Zip2Sequence<[UInt8], [UInt8]> {
        zip(bytes, bytes.dropFirst() + [newline])
    }

    /// Between words, and between two signs that would become one operator.
    private static func isNeeded(between first: UInt8, and second: UInt8) -> Bool {
        (isWord(first) && isWord(second))
            || (first == second && (first == UInt8(ascii: "+") || first == UInt8(ascii: "-")))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
