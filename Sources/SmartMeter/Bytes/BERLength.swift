/// Lengths of BER: one byte up to 7F, else 81 to 84 and so many bytes.
enum BERLength {
    static func read(_ bytes: Span<UInt8>, _ index: inout Int) -> Int? {
        guard index < bytes.count else { return nil }
        let first = bytes[index]
        index += 1
        guard first >= 0x80 else { return Int(first) }
        let octets = Int(first & 0x7F)
        guard (1...4).contains(octets), octets <= bytes.count - index else { return nil }
        var length = 0
        for offset in 0..<octets { length = length << 8 | Int(bytes[index + offset]) }
        index += octets
        return length
    }
}
