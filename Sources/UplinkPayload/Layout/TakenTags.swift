/// Tags on one port that a new layout may not have: those of the configuration's other layouts, and of older layouts that
/// decoders still know, unless they are the same layout.
struct TakenTags {
    private var used: Set<UInt8> = []
    private let older: [(signature: String, tag: UInt8)]

    init(older: [(fields: [Field], tag: UInt8)] = []) {
        self.older = older.map { (Self.signature(of: $0.fields), $0.tag) }
    }

    func taken(for fields: [Field]) -> Set<UInt8> {
        let signature = Self.signature(of: fields)
        return used.union(older.filter { $0.signature != signature }.map(\.tag))
    }

    mutating func layout(of fields: [Field]) throws(LayoutError) -> ReadingsLayout {
        let layout = try ReadingsLayout(fields: fields, avoiding: self)
        take(layout.tag)
        return layout
    }

    mutating func take(_ tag: UInt8) { used.insert(tag) }

    private static func signature(of fields: [Field]) -> String {
        fields.map(\.signature).joined(separator: ";")
    }
}
