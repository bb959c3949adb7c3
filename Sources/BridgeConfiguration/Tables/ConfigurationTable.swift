import ConfigurationText
package import Timekeeping

/// One table of the configuration, walked key by key: what is asked for is known, what is left over is a mistake.
///
/// A value that is wrong is told to the ``MistakeList`` and taken as left out, so that the reading goes on to the next one.
package final class ConfigurationTable {
    /// How the table is written: "[radio]", "[[meter]] 2".
    let title: String
    let mistakes: MistakeList
    /// Where it begins in the file; nil when it is not there.
    package let line: Int?
    private let table: TOMLTable
    /// Keys stand below headers that can't be read.
    private let isIncomplete: Bool
    /// For a section, the table that it stands in, and its key there.
    private let place: (parent: ConfigurationTable, key: String)?
    /// Of a file that has only what a decoder needs: what is there is judged, what is not there is not missed.
    var mayLackKeys = false
    private var known: Set<String> = []
    /// Keys whose values were refused: they are not missing.
    private var refused: Set<String> = []
    /// What to say of keys that are not there, once all keys are known.
    private var missed: [(key: String, message: String)] = []

    init(
        _ table: TOMLTable, title: String, line: Int?, isIncomplete: Bool = false,
        place: (parent: ConfigurationTable, key: String)? = nil, mistakes: MistakeList
    ) {
        self.table = table
        self.title = title
        self.line = line
        self.isIncomplete = isIncomplete
        self.place = place
        self.mistakes = mistakes
    }

    /// Tells a mistake.
    /// - Parameters:
    ///   - key: nil for the table as a whole.
    ///   - line: of an element of the key's list; nil for that of the key.
    package func refuse(_ key: String?, line: Int? = nil, _ message: String) {
        if let key { refused.insert(key) }
        let place = [title, key?.shortened ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let keyLine = key.flatMap { table[$0]?.position.line }
        mistakes.add(line: line ?? keyLine ?? self.line, place.isEmpty ? message : "\(place): \(message)")
    }

    /// Tells why a key that is there can't be.
    func pass(_ key: String, _ message: String) {
        known.insert(key)
        refuse(key, message)
    }

    /// They may be there, whatever they are.
    func ignore(_ keys: [String]) { known.formUnion(keys) }

    /// Tells at the end that a key is missing, unless it is there in another spelling, or may be.
    package func missing(_ key: String, _ message: String) {
        if !mayLackKeys { missed.append((key, message)) }
    }

    /// Whether a key that is not there is really missing, when all keys are known.
    func lacks(_ key: String) -> Bool {
        if let place, !place.parent.lacks(place.key) { return false }
        return !isIncomplete && !refused.contains(key) && !isMisspelt(key)
    }

    private func value(_ key: String) -> TOMLValue? {
        known.insert(key)
        guard let value = table[key] else { return nil }
        guard case .unreadable = value.content else { return value }
        refused.insert(key)
        return nil
    }

    private func refuse(_ key: String, _ found: TOMLValue, wanted: String) {
        refuse(key, line: found.position.line, "must be \(wanted), this is \(found.content.shown(of: key))")
    }

    /// Whether the key holds this text; for keys that take a word instead of a number.
    func isWord(_ key: String, _ word: String) -> Bool {
        guard let value = value(key), case .string(let text) = value.content else { return false }
        return text == word
    }

    /// Whether the key is there, for one that is refused with a reason of its own.
    package func holds(_ key: String) -> Bool { table[key] != nil }

    /// Whether it stands there in quotes.
    func isText(_ key: String) -> Bool {
        guard case .string = table[key]?.content else { return false }
        return true
    }

    package func string(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value.content else {
            refuse(key, value, wanted: "a text in quotes")
            return nil
        }
        return checked(text, key, value)
    }

    /// No option has a use for an empty text, nor for characters that end a name or a line elsewhere.
    private func checked(_ text: String, _ key: String, _ value: TOMLValue) -> String? {
        if text.isEmpty {
            refuse(key, line: value.position.line, "is empty: write something between the quotes, or leave it out")
            return nil
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            refuse(key, line: value.position.line, "has a control character (such as NUL or a line end) in it")
            return nil
        }
        return text
    }

    package func boolean(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        if case .boolean(let flag) = value.content { return flag }
        refuse(key, value, wanted: "true or false, without quotes")
        return nil
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        guard case .integer(let number) = value.content else {
            refuse(key, value, wanted: "a whole number without quotes, from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        guard let number = Int(exactly: number), range.contains(number) else {
            refuse(key, "must be from \(range.lowerBound) to \(range.upperBound), this is \(number)")
            return nil
        }
        return number
    }

    /// A number with or without a point, as it is written.
    func number(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        switch value.content {
        case .integer(let number): return String(number)
        case .float(_, let text): return text
        default:
            refuse(key, value, wanted: "a number without quotes")
            return nil
        }
    }

    package func span(_ key: String) -> TimeSpan? {
        guard let text = string(key) else { return nil }
        if let span = TimeSpan(configuration: text) { return span }
        refuse(key, "\"\(text.shortened)\" is no time span: write \"30s\", \"15m\", \"1h\" or \"1d\"")
        return nil
    }

    /// - Returns: the texts that are right, each with its line; nil when the key is not there.
    package func strings(_ key: String) -> [(text: String, line: Int)]? {
        guard let values = list(key, of: "texts") else { return nil }
        return values.compactMap { value in
            guard case .string(let text) = value.content else {
                refuse(key, value, wanted: "a list of texts in quotes")
                return nil
            }
            return checked(text, key, value).map { ($0, value.position.line) }
        }
    }

    func integers(_ key: String) -> [Int]? {
        guard let values = list(key, of: "whole numbers") else { return nil }
        return values.compactMap { value in
            if case .integer(let number) = value.content { return Int(exactly: number) }
            refuse(key, value, wanted: "a list of whole numbers")
            return nil
        }
    }

    private func list(_ key: String, of elements: String) -> [TOMLValue]? {
        guard let value = value(key) else { return nil }
        if case .array(let values) = value.content { return values }
        refuse(key, value, wanted: "a list of \(elements) in brackets")
        return nil
    }

    /// The elements of a list that are texts or tables, each with its line.
    func elements(_ key: String) -> [(element: Element, line: Int)]? {
        guard let values = list(key, of: "texts or { ... }") else { return nil }
        return values.enumerated().compactMap { index, value in
            let line = value.position.line
            switch value.content {
            case .string(let text): return checked(text, key, value).map { (.text($0), line) }
            case .table(let table):
                return (.table(inner(table, title: "\(title) \(key) \(index + 1)", line: line)), line)
            default:
                refuse(key, value, wanted: "a list of texts or { ... }")
                return nil
            }
        }
    }

    enum Element {
        case text(String)
        case table(ConfigurationTable)
    }

    private func inner(_ table: TOMLTable, title: String, line: Int) -> ConfigurationTable {
        ConfigurationTable(table, title: title, line: line, isIncomplete: isIncomplete, mistakes: mistakes)
    }

    /// The table that stands as this key's value: { ... }.
    func table(_ key: String) -> ConfigurationTable? {
        guard let value = value(key) else { return nil }
        if case .table(let table) = value.content {
            return inner(table, title: "\(title) \(key)", line: value.position.line)
        }
        refuse(key, value, wanted: "a table in braces")
        return nil
    }

    /// The table of this name; an empty one when it is not there, so that its defaults apply.
    package func section(_ key: String) -> ConfigurationTable {
        if let value = value(key) {
            if case .table(let table) = value.content {
                return inner(table, title: "[\(key)]", line: value.position.line)
            }
            refuse(key, "must be a table in single brackets: [\(key)]")
        }
        return ConfigurationTable(
            TOMLTable(), title: "[\(key)]", line: nil, isIncomplete: isIncomplete, place: (self, key),
            mistakes: mistakes)
    }

    /// All tables of this name, in the order of the file.
    package func sections(_ key: String, most: Int) -> [ConfigurationTable] {
        guard let value = value(key) else { return [] }
        let tables: [TOMLTable?]
        switch value.content {
        case .tables(let list): tables = list
        case .array(let list): tables = list.map { if case .table(let table) = $0.content { table } else { nil } }
        default: tables = [nil]
        }
        guard tables.allSatisfy({ $0 != nil }) else {
            refuse(key, "must be written in double brackets: [[\(key)]]")
            return []
        }
        if tables.count > most { refuse(key, "\(tables.count) of them, there may be \(most)") }
        return tables.prefix(most).compactMap(\.self).enumerated().map { index, table in
            inner(table, title: "[[\(key)]] \(index + 1)", line: table.position.line)
        }
    }

    /// Whether a key is there that nobody asks for, and that was meant to be this one.
    private func isMisspelt(_ key: String) -> Bool {
        !holds(key) && table.keys.contains { !known.contains($0) && EditDistance.areAlike($0, key) }
    }

    /// Refuses keys that nobody asked for, and names the nearest that exists; tells those that are missing.
    package func finish() {
        for (key, message) in missed where lacks(key) { refuse(key, message) }
        for key in table.keys where !known.contains(key) {
            let hint =
                EditDistance.nearest(to: key, among: known).map { "did you mean \"\($0)\"?" }
                ?? "known are \(known.sorted().joined(separator: ", "))"
            refuse(key, "unknown key, \(hint)")
        }
    }
}

extension TOMLValue.Content {
    /// For a person, without what may be secret.
    fileprivate func shown(of key: String) -> String {
        switch self {
        case .string(let text): "the text \"\(key.namesSecret ? "..." : text.shortened)\""
        case .integer(let number): key.namesSecret ? "a number" : "the number \(String(number).shortened)"
        case .float(_, let text): key.namesSecret ? "a number" : "the number \(text.shortened)"
        case .boolean(let flag): "\(flag)"
        case .date: "a date"
        case .array: "a list"
        case .table, .tables: "a table"
        case .unreadable: "nothing that can be read"
        }
    }
}

extension String {
    /// Whether what is written for a key of this name is nobody's business.
    private static let secrets = ["key", "pass", "secret"]
    fileprivate var namesSecret: Bool { Self.secrets.contains { lowercased().contains($0) } }
}

extension Unicode.Scalar {
    /// C0, DEL and C1, and what ends a line.
    var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
