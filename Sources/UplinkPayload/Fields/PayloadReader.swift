/// Takes a payload apart, and says why where that is not possible.
struct PayloadReader {
    private let count: Int
    private var bits: BitReader

    init(_ bytes: [UInt8]) throws(DecodeError) {
        guard !bytes.isEmpty else { throw .empty }
        count = bytes.count
        bits = BitReader(bytes)
    }

    /// Whole bytes not read yet.
    var bytesLeft: Int { bits.remaining / 8 }

    /// - Parameter width: 0 to 64 bits.
    mutating func number(_ width: Int) throws(DecodeError) -> UInt64 {
        guard let number = bits.read(width: width) else { throw .tooShort(count) }
        return number
    }

    mutating func integer(_ width: Int) throws(DecodeError) -> Int { Int(truncatingIfNeeded: try number(width)) }

    mutating func flag() throws(DecodeError) -> Bool { try number(1) == 1 }

    mutating func value(_ field: NumberField) throws(DecodeError) -> DecodedEntry {
        DecodedEntry(field.name, field.value(of: try number(field.width)))
    }

    mutating func version(of subject: String) throws(DecodeError) {
        let version = try integer(4)
        guard version == ReportKind.version else { throw .wrongVersion(version, of: subject) }
    }

    /// The name of a meter, by its number.
    mutating func meter(of names: [String]) throws(DecodeError) -> String {
        let number = try integer(4)
        guard number < names.count else { throw .unknownMeter(number, count: names.count) }
        return names[number]
    }

    /// Nothing may follow but zeros up to the next byte.
    mutating func finish() throws(DecodeError) {
        guard bytesLeft == 0 else { throw .wrongLength(count, expected: count - bytesLeft) }
        guard try number(bits.remaining) == 0 else { throw .paddingNotZero }
    }
}
