/// Where the keys of a TOML text stand: the parser tells lines only for syntax errors.
///
/// Keys inside inline tables are not told apart; their line is the one of the key that holds the table.
struct KeyLines {
    private var lines: [String: Int] = [:]

    init(_ text: String) {
        var section = ""
        var occurrences: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine).enumerated() {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.hasPrefix("[[") {
                let name = String(content.dropFirst(2).prefix { $0 != "]" })
                let occurrence = occurrences[name, default: 0]
                occurrences[name] = occurrence + 1
                section = "\(name).\(occurrence)"
                lines[section] = index + 1
                if occurrence == 0 { lines[name] = index + 1 }
            } else if content.hasPrefix("[") {
                section = String(content.dropFirst().prefix { $0 != "]" })
                lines[section] = index + 1
            } else if !content.hasPrefix("#"), let equals = content.firstIndex(of: "=") {
                let key = content[..<equals].filter { $0 != " " && $0 != "\t" && $0 != "\"" }
                let path = section.isEmpty ? key : "\(section).\(key)"
                if lines[path] == nil { lines[path] = index + 1 }
            }
        }
    }

    /// A line end of either kind is one character.
    private static func endsLine(_ character: Character) -> Bool { character == "\n" || character == "\r\n" }

    /// The line of a path like "meter.0.key", or of the nearest path above it.
    func line(of path: String) -> Int? {
        var path = path[...]
        while true {
            if let line = lines[String(path)] { return line }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }
}
