/// The wire order of LoRaWAN: least significant byte first, EUIs included (TS001 1.2).
extension [UInt8] {
    /// Appends the low `count` bytes of `value`.
    package mutating func append(littleEndian value: some FixedWidthInteger, bytes count: Int) {
        var rest = UInt64(truncatingIfNeeded: value)
        for _ in 0..<count {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// The number in `count` (at most 8) bytes at `offset`; nil when they are not all there.
    package func littleEndian(at offset: Int, bytes count: Int) -> UInt64? {
        guard offset >= 0, count >= 0, count <= 8, offset <= self.count - count else { return nil }
        var value: UInt64 = 0
        for index in (offset..<offset + count).reversed() { value = value << 8 | UInt64(self[index]) }
        return value
    }
}
