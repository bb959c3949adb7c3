/// Data of SML (SML 1.04, 6.2) in one flat list: a list says how many items follow within it.
struct SMLData {
    enum Item: Hashable {
        case list(Int)
        /// An octet string; empty for a value that is left out.
        case octets(Range<Int>)
        case integer(Int64)
        case bool(Bool)
        case endOfMessage
    }

    private(set) var items: [Item] = []

    private static let most = 4_096

    /// Nil when the bytes end within an item, or have a type that SML does not know.
    init?(_ bytes: [UInt8]) {
        items.reserveCapacity(256)
        var index = 0
        while index < bytes.count, items.count < Self.most {
            guard let item = Self.item(bytes.span, &index) else { return nil }
            items.append(item)
        }
    }

    private static func item(_ bytes: Span<UInt8>, _ index: inout Int) -> Item? {
        let first = bytes[index]
        index += 1
        if first == 0 { return .endOfMessage }
        var length = Int(first & 0x0F)
        var octets = 1
        var more = first & 0x80 != 0
        while more {
            guard index < bytes.count, octets < 4 else { return nil }
            length = length << 4 | Int(bytes[index] & 0x0F)
            more = bytes[index] & 0x80 != 0
            index += 1
            octets += 1
        }
        if first & 0x70 == 0x70 { return .list(length) }
        let count = length - octets
        guard count >= 0, count <= bytes.count - index else { return nil }
        let content = index..<index + count
        index += count
        switch first & 0x70 {
        case 0x00: return .octets(content)
        case 0x40: return .bool(count > 0 && bytes[content.lowerBound] != 0)
        case 0x50: return integer(bytes, content, signed: true)
        case 0x60: return integer(bytes, content, signed: false)
        default: return nil
        }
    }

    private static func integer(_ bytes: Span<UInt8>, _ place: Range<Int>, signed: Bool) -> Item? {
        guard (1...8).contains(place.count) else { return nil }
        var number: UInt64 = signed && bytes[place.lowerBound] & 0x80 != 0 ? .max : 0
        for index in place { number = number << 8 | UInt64(bytes[index]) }
        guard signed || number <= UInt64(Int64.max) else { return nil }
        return .integer(Int64(bitPattern: number))
    }

    /// Where the item behind the one at `index`, with all that is in it, stands.
    func end(of index: Int) -> Int {
        var (place, open) = (index, 1)
        while open > 0, place < items.count {
            if case .list(let count) = items[place] { open += count }
            open -= 1
            place += 1
        }
        return place
    }
}
