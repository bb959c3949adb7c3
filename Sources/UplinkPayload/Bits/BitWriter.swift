/// Writes numbers of any width one behind the other, most significant bit first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    /// Bits written so far.
    private(set) var bitCount = 0

    /// Appends the low `width` bits of `value`, 0 to 64.
    mutating func write(_ value: UInt64, width: Int) {
        for bit in stride(from: width - 1, through: 0, by: -1) {
            if bitCount % 8 == 0 { bytes.append(0) }
            if (value >> UInt64(bit)) & 1 == 1 { bytes[bytes.count - 1] |= 0x80 >> UInt8(bitCount % 8) }
            bitCount += 1
        }
    }
}
