/// A value out of a payload.
public enum DecodedValue: Hashable, Sendable {
    /// A string.
    case text(String)
    /// Saturated: the value lies at the end of the field's range or beyond.
    case number(FixedPoint, saturated: Bool)
    /// true or false.
    case flag(Bool)
    /// null.
    case absent
    /// Objects, each with keys like a report.
    case list([[DecodedEntry]])

    static func whole(_ number: some BinaryInteger) -> Self {
        .number(FixedPoint(coefficient: Int64(number), decimals: 0), saturated: false)
    }

    /// As `JSON.stringify` writes it.
    public var json: String { jsonValue.text }

    var jsonValue: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number, _): .number("\(number)")
        case .flag(let flag): .flag(flag)
        case .absent: .null
        case .list(let rows): .array(rows.map(\.jsonValue))
        }
    }
}

/// A key and its value.
public struct DecodedEntry: Hashable, Sendable {
    /// Of the JSON object.
    public let key: String
    /// What it holds.
    public let value: DecodedValue

    init(_ key: String, _ value: DecodedValue) {
        self.key = key
        self.value = value
    }
}

extension [DecodedEntry] {
    var jsonValue: JSONValue { .object(map { JSONValue.Member($0.key, $0.value.jsonValue) }) }
}

/// A message, decoded: what the JavaScript codec returns as `data`.
public struct DecodedReport: Hashable, Sendable {
    /// Keys that are not names of fields.
    static let reservedKeys: Set<String> = ["report", "meter", saturatedKey]
    /// The key that says of a report that its registers are those of its `time`, which may be long ago, and not of now.
    static let historyKey = "history"
    /// Under which numbers at the ends of their ranges are named.
    static let saturatedKey = "saturated"

    /// In the order of the output.
    public let entries: [DecodedEntry]

    init(entries: [DecodedEntry]) {
        self.entries = entries
    }

    /// Numbers at the ends of their ranges are named behind the fields.
    init(kind: ReportKind, meter: String, fields: [DecodedEntry]) {
        var entries = [DecodedEntry("meter", .text(meter))] + fields
        entries.appendSaturated()
        self.init(kind: kind, entries)
    }

    init(kind: ReportKind, _ entries: [DecodedEntry]) {
        self.entries = [DecodedEntry("report", .text(kind.name))] + entries
    }

    /// The value of a key; nil where there is none.
    public subscript(key: String) -> DecodedValue? { entries.first { $0.key == key }?.value }

    /// The JSON text, to the letter what `JSON.stringify` makes of the JavaScript decoder's `data`.
    public var json: String { jsonValue.text }

    package var jsonValue: JSONValue { entries.jsonValue }
}

extension [DecodedEntry] {
    /// Says at the end which numbers lie at the ends of their ranges, if any do.
    mutating func appendSaturated() {
        let names = compactMap { entry -> String? in
            if case .number(_, saturated: true) = entry.value { entry.key } else { nil }
        }
        if !names.isEmpty { append(DecodedEntry(DecodedReport.saturatedKey, .text(names.joined(separator: ",")))) }
    }
}
