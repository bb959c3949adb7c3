import TOMLKit
import Timekeeping

/// One table of the configuration, walked key by key: what is asked for is known, what is left over is a mistake.
///
/// TOMLKit's decoder traps on numbers out of range and refuses 868 where a float is meant, hence by hand.
final class ConfigurationTable {
    /// How the table is written: "[radio]", "[[meter]] 2".
    let title: String
    private let path: String
    private let table: TOMLTable
    private let lines: KeyLines
    private var known: Set<String> = []

    init(_ table: TOMLTable, path: String, title: String, lines: KeyLines) {
        self.table = table
        self.path = path
        self.title = title
        self.lines = lines
    }

    /// Where it begins in the file.
    var line: Int? { lines.line(of: path) }

    func error(_ key: String?, _ message: String) -> ConfigurationError {
        let place = key.map { path.isEmpty ? $0 : "\(path).\($0)" } ?? path
        let subject = key.map { title.isEmpty ? "\($0): " : "\(title) \($0): " } ?? (title.isEmpty ? "" : "\(title): ")
        return ConfigurationError(line: lines.line(of: place), subject + message)
    }

    private func value(_ key: String) -> (any TOMLValueConvertible)? {
        known.insert(key)
        return table[key]
    }

    private func wrongType(_ key: String, _ wanted: String, _ found: any TOMLValueConvertible) -> ConfigurationError {
        let article = [.int, .array].contains(found.type) ? "an" : "a"
        return error(key, "must be \(wanted), this is \(article) \(found.type)")
    }

    func string(_ key: String) throws(ConfigurationError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw wrongType(key, "a text in quotes", value) }
        return text
    }

    func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { throw wrongType(key, "true or false", value) }
        return flag
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.int else { throw wrongType(key, "a whole number", value) }
        guard range.contains(number) else {
            throw error(key, "must be from \(range.lowerBound) to \(range.upperBound), this is \(number)")
        }
        return number
    }

    /// A number with or without a point, as it is written.
    func number(_ key: String) throws(ConfigurationError) -> String? {
        guard let value = value(key) else { return nil }
        if let number = value.int { return String(number) }
        guard let number = value.double else { throw wrongType(key, "a number", value) }
        return String(number)
    }

    func span(_ key: String) throws(ConfigurationError) -> TimeSpan? {
        guard let text = try string(key) else { return nil }
        guard let span = TimeSpan(configuration: text) else {
            throw error(key, "\"\(text)\" is no time span: write \"30s\", \"15m\", \"1h\" or \"1d\"")
        }
        return span
    }

    func strings(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw wrongType(key, "a list of texts in brackets", value) }
        var texts: [String] = []
        for element in array {
            guard let text = element.string else { throw wrongType(key, "a list of texts", element) }
            texts.append(text)
        }
        return texts
    }

    func integers(_ key: String) throws(ConfigurationError) -> [Int]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw wrongType(key, "a list of whole numbers in brackets", value) }
        var numbers: [Int] = []
        for element in array {
            guard let number = element.int else { throw wrongType(key, "a list of whole numbers", element) }
            numbers.append(number)
        }
        return numbers
    }

    /// Whether the key is there, for one that is refused with a reason of its own.
    func holds(_ key: String) -> Bool { table[key] != nil }

    /// The elements of a list that are texts or tables.
    func elements(_ key: String) throws(ConfigurationError) -> [Element]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw wrongType(key, "a list in brackets", value) }
        var elements: [Element] = []
        for (index, element) in array.enumerated() {
            if let text = element.string {
                elements.append(.text(text))
            } else if let table = element.table {
                elements.append(
                    .table(
                        ConfigurationTable(
                            table, path: "\(path).\(key)", title: "\(title) \(key) \(index + 1)", lines: lines)))
            } else {
                throw wrongType(key, "a list of texts or { ... }", element)
            }
        }
        return elements
    }

    enum Element {
        case text(String)
        case table(ConfigurationTable)
    }

    /// The table that stands as this key's value: { ... }.
    func table(_ key: String) throws(ConfigurationError) -> ConfigurationTable? {
        guard let value = value(key) else { return nil }
        guard let table = value.table else { throw wrongType(key, "a table in braces", value) }
        return ConfigurationTable(table, path: "\(path).\(key)", title: "\(title) \(key)", lines: lines)
    }

    /// The table of this name; an empty one when it is not there, so that its defaults apply.
    func section(_ key: String) throws(ConfigurationError) -> ConfigurationTable {
        guard let value = value(key) else {
            return ConfigurationTable(TOMLTable(), path: key, title: "[\(key)]", lines: lines)
        }
        guard let section = value.table else { throw error(key, "must be a table: [\(key)]") }
        return ConfigurationTable(section, path: key, title: "[\(key)]", lines: lines)
    }

    /// All tables of this name, in the order of the file.
    func sections(_ key: String) throws(ConfigurationError) -> [ConfigurationTable] {
        guard let value = value(key) else { return [] }
        guard let array = value.array else { throw error(key, "must be written in double brackets: [[\(key)]]") }
        var sections: [ConfigurationTable] = []
        for (index, element) in array.enumerated() {
            guard let section = element.table else { throw wrongType(key, "tables [[\(key)]]", element) }
            sections.append(
                ConfigurationTable(section, path: "\(key).\(index)", title: "[[\(key)]] \(index + 1)", lines: lines))
        }
        return sections
    }

    /// What is to be said where a key is missing: a key that was meant to be it, or that it is.
    func missing(_ key: String, _ message: String) -> ConfigurationError {
        guard !holds(key),
            let meant = table.keys.first(where: { !known.contains($0) && EditDistance.between($0, key) <= 2 })
        else {
            return error(key, message)
        }
        return error(meant, "unknown key, did you mean \"\(key)\"?")
    }

    /// Refuses keys that nobody asked for, and names the nearest that exists.
    func finish() throws(ConfigurationError) {
        for key in table.keys where !known.contains(key) {
            let nearest = known.min { EditDistance.between($0, key) < EditDistance.between($1, key) }
            let hint: String
            if let nearest, EditDistance.between(nearest, key) <= max(2, key.count / 3) {
                hint = "did you mean \"\(nearest)\"?"
            } else {
                hint = "known are \(known.sorted().joined(separator: ", "))"
            }
            throw error(key, "unknown key, \(hint)")
        }
    }
}
