/// Reads numbers of any width one behind the other, most significant bit first.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Bits not read yet.
    var remaining: Int { bytes.count * 8 - position }

    /// The next `width` bits (0 to 64) as a number, or nil, with nothing read, when fewer remain.
    mutating func read(width: Int) -> UInt64? {
        guard width <= remaining else { return nil }
        var value: UInt64 = 0
        for _ in 0..<width {
            value = value << 1 | UInt64((bytes[position / 8] >> UInt8(7 - position % 8)) & 1)
            position += 1
        }
        return value
    }
}
