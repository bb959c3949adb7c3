/// A set of bytes, one bit for each, asked without a branch.
struct ByteSet: Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            let bit: UInt64 = 1 << UInt64(byte & 63)
            switch byte >> 6 {
            case 0: first |= bit
            case 1: second |= bit
            case 2: third |= bit
            default: fourth |= bit
            }
        }
    }

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
        let low = byte & 0x40 == 0 ? first : second
        let high = byte & 0x40 == 0 ? third : fourth
        return (byte & 0x80 == 0 ? low : high) &>> UInt64(byte & 63) & 1 == 1
    }
}
