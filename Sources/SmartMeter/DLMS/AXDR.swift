/// Data in A-XDR (IEC 61334-6) with the types of COSEM (DLMS UA 1000-1, 4.1.5), in one flat list: containers say how many
/// items follow within them.
struct AXDR {
    enum Item: Hashable {
        case array(Int)
        case structure(Int)
        case null
        case integer(Int64)
        case enumeration(UInt8)
        /// Places in the bytes.
        case octets(Range<Int>)
        case text(Range<Int>)
        /// Floating-point numbers, bit strings and times of day: known, and of no use here.
        case other
    }

    /// The items of all depths in their order.
    private(set) var items: [Item] = []
    /// The place behind the last byte that was read.
    private(set) var end: Int

    /// More items or deeper ones no push has; an array within an array would multiply them.
    private static let mostItems = 4_096
    private static let deepest = 8

    /// Reads one datum at `start`; nil when it is none, or goes on beyond the last byte.
    init?(_ bytes: [UInt8], from start: Int) {
        end = start
        items.reserveCapacity(128)
        guard read(bytes.span, depth: 0) else { return nil }
    }

    private mutating func read(_ bytes: Span<UInt8>, depth: Int) -> Bool {
        guard end < bytes.count, items.count < Self.mostItems, depth <= Self.deepest else { return false }
        let tag = bytes[end]
        end += 1
        switch tag {
        case 0x00: items.append(.null)
        case 0x01, 0x02: return readContainer(bytes, isArray: tag == 1, depth: depth)
        case 0x04: return readBits(bytes)
        case 0x09: return readString(bytes) { .octets($0) }
        case 0x0A, 0x0C: return readString(bytes) { .text($0) }
        case 0x03, 0x0D, 0x11: return readInteger(bytes, 1, signed: tag == 0x0D)
        case 0x0F: return readInteger(bytes, 1, signed: true)
        case 0x10: return readInteger(bytes, 2, signed: true)
        case 0x12: return readInteger(bytes, 2, signed: false)
        case 0x05: return readInteger(bytes, 4, signed: true)
        case 0x06: return readInteger(bytes, 4, signed: false)
        case 0x14, 0x15: return readInteger(bytes, 8, signed: tag == 0x14)
        case 0x16:
            guard end < bytes.count else { return false }
            items.append(.enumeration(bytes[end]))
            end += 1
        case 0x17: return skip(bytes, 4)
        case 0x18: return skip(bytes, 8)
        case 0x19: return readFixed(bytes, 12)
        case 0x1A: return skip(bytes, 5)
        case 0x1B: return skip(bytes, 4)
        default: return false
        }
        return true
    }

    private mutating func readContainer(_ bytes: Span<UInt8>, isArray: Bool, depth: Int) -> Bool {
        guard let count = BERLength.read(bytes, &end), count <= Self.mostItems else { return false }
        items.append(isArray ? .array(count) : .structure(count))
        for _ in 0..<count {
            // The attribute of a push list (class, name, number) stands there without tags (EGD, CEZ).
            if depth < Self.deepest, let name = AttributeName(bytes, at: end) {
                items.append(.octets(name.obis))
                end = name.obis.upperBound + 1
                // It counts as the first of two.
                continue
            }
            guard read(bytes, depth: depth + 1) else { return false }
        }
        return true
    }

    private mutating func readString(_ bytes: Span<UInt8>, _ item: (Range<Int>) -> Item) -> Bool {
        guard let count = BERLength.read(bytes, &end), count <= bytes.count - end else { return false }
        items.append(item(end..<end + count))
        end += count
        return true
    }

    private mutating func readFixed(_ bytes: Span<UInt8>, _ count: Int) -> Bool {
        guard count <= bytes.count - end else { return false }
        items.append(.octets(end..<end + count))
        end += count
        return true
    }

    private mutating func readBits(_ bytes: Span<UInt8>) -> Bool {
        guard let bits = BERLength.read(bytes, &end) else { return false }
        return skip(bytes, (bits + 7) / 8)
    }

    private mutating func skip(_ bytes: Span<UInt8>, _ count: Int) -> Bool {
        guard count <= bytes.count - end else { return false }
        items.append(.other)
        end += count
        return true
    }

    private mutating func readInteger(_ bytes: Span<UInt8>, _ count: Int, signed: Bool) -> Bool {
        guard count <= bytes.count - end else { return false }
        var number: UInt64 = signed && bytes[end] & 0x80 != 0 ? .max : 0
        for offset in 0..<count { number = number << 8 | UInt64(bytes[end + offset]) }
        end += count
        // Registers beyond 2^63 there are none.
        guard signed || number <= UInt64(Int64.max) else { return false }
        items.append(.integer(Int64(bitPattern: number)))
        return true
    }
}

/// The name of an attribute without tags: class (two bytes), OBIS code, number.
private struct AttributeName {
    let obis: Range<Int>

    /// What stands at `place` when it can be nothing else: a class below 256, a code of the present period, an attribute
    /// below 16, and data behind it. As tagged data the same bytes would be a null and an odd array.
    init?(_ bytes: Span<UInt8>, at place: Int) {
        guard place + 10 <= bytes.count, bytes[place] == 0, (1...127).contains(bytes[place + 1]),
            bytes[place + 7] == 255,
            (1...15).contains(bytes[place + 8]), bytes[place + 2] <= 1 || bytes[place + 2] == 7,
            bytes[place + 9] <= 0x1B
        else { return nil }
        obis = place + 2..<place + 8
    }
}
