import ConfigurationText

/// A text in TOML of which single lines change: comments, order and all other lines stay.
///
/// Lines are counted as they were at the beginning, however many come and go.
struct TextEdit {
    private var lines: [String?]
    /// Behind these lines.
    private var added: [Int: [String]] = [:]
    private var end = ""

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String {
        var result: [String] = []
        for (index, line) in lines.enumerated() {
            if let line { result.append(line) }
            result += added[index + 1] ?? []
        }
        let text = result.joined(separator: "\n")
        return end.isEmpty ? text : text + (text.hasSuffix("\n") ? "" : "\n") + end
    }

    mutating func set(_ entry: SetupAnswers.Entry, in table: TOMLTable) {
        guard let position = table[entry.key]?.position else {
            added[table.position.line, default: []].append(NewFile.line(entry))
            return
        }
        guard let old = lines[position.line - 1] else { return }
        lines[position.line - 1] = Self.replaced(old, entry.literal)
        dropContinuation(of: entry.key, in: table)
    }

    /// As a comment, so that it can be had again.
    mutating func remove(_ key: String, in table: TOMLTable) {
        guard let position = table[key]?.position, let old = lines[position.line - 1] else { return }
        lines[position.line - 1] = "# " + old
        dropContinuation(of: key, in: table)
    }

    /// These entries and no others.
    mutating func replaceAll(in table: TOMLTable, with entries: [SetupAnswers.Entry]) {
        for key in table.keys where !entries.contains(where: { $0.key == key }) { remove(key, in: table) }
        for entry in entries where table.literal(entry.key) != entry.literal { set(entry, in: table) }
    }

    mutating func append(_ text: String) { end += text }

    /// Of a list over several lines the rest: up to its bracket.
    private mutating func dropContinuation(of key: String, in table: TOMLTable) {
        guard let value = table[key], case .array(let elements) = value.content, let last = elements.last else {
            return
        }
        var line = value.position.line
        while line < last.position.line {
            lines[line] = nil
            line += 1
        }
        guard last.position.line > value.position.line, line < lines.count,
            lines[line]?.drop(while: { $0 == " " }).first == "]"
        else { return }
        lines[line] = nil
    }

    /// The line with another value, and its comment.
    private static func replaced(_ line: String, _ literal: String) -> String {
        guard let equals = line.firstIndex(of: "=") else { return line }
        let rest = line[line.index(after: equals)...]
        let comment = comment(in: rest)
        let head = line[...equals]
        let padding = comment == nil ? "" : gap(before: comment, in: rest)
        return "\(head) \(literal)\(padding)\(comment ?? "")"
    }

    /// Of the rest of a line behind its equals sign; nil where there is none.
    private static func comment(in rest: Substring) -> Substring? {
        var quote: Character?
        var isEscaped = false
        for index in rest.indices {
            let character = rest[index]
            if isEscaped {
                isEscaped = false
            } else if let open = quote {
                if character == open { quote = nil }
                isEscaped = open == "\"" && character == "\\"
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#" {
                return rest[index...]
            }
        }
        return nil
    }

    private static func gap(before comment: Substring?, in rest: Substring) -> String {
        guard let comment else { return "" }
        let spaces = rest[..<comment.startIndex].reversed().prefix { $0 == " " || $0 == "\t" }
        return String(spaces.reversed())
    }
}
