/// A value, and where it is written.
package struct TOMLValue {
    /// Of the key of a table's entry, and of the value itself in a list.
    package let position: TextPosition
    package internal(set) var content: Content

    package enum Content {
        case string(String)
        case integer(Int64)
        /// The number, and its digits without underscores.
        case float(Double, text: String)
        case boolean(Bool)
        /// A date, a time of day or both, checked, as it is written.
        case date(String)
        case array([TOMLValue])
        case table(TOMLTable)
        /// What `[[name]]` makes.
        case tables([TOMLTable])
        /// There is a value, and it can't be read: a mistake tells why.
        case unreadable
    }
}

/// A table: keys and their values, in the order of the text.
package final class TOMLTable {
    /// How it came to be, which decides who may add to it (TOML 1.0, "Table" and "Inline Table").
    enum Origin {
        /// By `[name]` or `[[name]]`, or the root.
        case header
        /// As a parent of a header.
        case parent
        /// As a parent of a dotted key.
        case dottedKey
        /// `{ ... }`: nothing can be added.
        case inline
    }

    /// Of the header, or of the first key that made it.
    package let position: TextPosition
    package private(set) var keys: [String] = []
    var origin: Origin
    private var values: [String: TOMLValue] = [:]

    init(_ origin: Origin, at position: TextPosition) {
        self.origin = origin
        self.position = position
    }

    /// An empty one.
    package convenience init() { self.init(.inline, at: TextPosition(line: 1, column: 1)) }

    package subscript(key: String) -> TOMLValue? { values[key] }

    func insert(_ content: TOMLValue.Content, for key: String, at position: TextPosition) {
        keys.append(key)
        values[key] = TOMLValue(position: position, content: content)
    }

    /// Adds to those that `[[key]]` made.
    /// - Returns: whether there are such.
    func append(_ table: TOMLTable, to key: String) -> Bool { values[key]?.append(table) ?? false }
}

extension TOMLValue {
    fileprivate mutating func append(_ table: TOMLTable) -> Bool {
        guard case .tables(var tables) = content else { return false }
        // Given back before it grows, so that the list is not copied for each table.
        content = .unreadable
        tables.append(table)
        content = .tables(tables)
        return true
    }
}
