/// A value out of a payload.
public enum DecodedValue: Hashable, Sendable {
    case text(String)
    /// Saturated: the value lies at the end of the field's range or beyond.
    case number(FixedPoint, saturated: Bool)
    case absent
    /// Rows, each of the same kind as a report.
    case list([[DecodedReport.Entry]])
}

/// An uplink, decoded: what the JavaScript codec returns as `data`.
public struct DecodedReport: Hashable, Sendable {
    /// Keys that are not names of fields.
    static let reservedKeys: Set<String> = ["report", "meter", "saturated"]

    /// In the order of the output.
    public let entries: [Entry]

    public struct Entry: Hashable, Sendable {
        public let key: String
        public let value: DecodedValue
    }

    init(kind: ReportKind, meter: String, fields: [(String, DecodedValue)]) {
        var entries = [
            Entry(key: "report", value: .text("\(kind)")),
            Entry(key: "meter", value: .text(meter)),
        ]
        var saturatedNames: [String] = []
        for (name, value) in fields {
            entries.append(Entry(key: name, value: value))
            if case .number(_, saturated: true) = value { saturatedNames.append(name) }
        }
        if !saturatedNames.isEmpty {
            entries.append(Entry(key: "saturated", value: .text(saturatedNames.joined(separator: ","))))
        }
        self.entries = entries
    }

    public subscript(key: String) -> DecodedValue? { entries.first { $0.key == key }?.value }

    /// The JSON text, to the letter what `JSON.stringify` makes of the JavaScript decoder's `data`.
    public var json: String { Self.json(entries) }

    private static func json(_ entries: [Entry]) -> String {
        let members = entries.map { entry in
            let value =
                switch entry.value {
                case .text(let text): JSONText.quoted(text)
                case .number(let number, _): number.description
                case .absent: "null"
                case .list(let rows): "[" + rows.map(json).joined(separator: ",") + "]"
                }
            return JSONText.quoted(entry.key) + ":" + value
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
