/// The parity bit of 7E1 in bytes that were read as 8N1: through a server that was left so, by an adapter that can't do
/// seven bits, in a recording.
enum ParityBits {
    /// What is left of a byte without it.
    static let mask: UInt8 = 0x7F

    @inline(__always) static func isEven(_ byte: UInt8) -> Bool { byte.nonzeroBitCount & 1 == 0 }

    enum Found {
        /// No byte has the highest bit: it was taken off before.
        case none
        /// All bytes have it, and each is right.
        case even
        /// Some bytes have it wrong: the line damaged them.
        case wrong(Int)
    }

    /// Takes the bit off.
    static func strip(_ bytes: inout [UInt8]) -> Found {
        var (high, odd) = (0, 0)
        for index in bytes.indices {
            if bytes[index] & ~mask != 0 { high += 1 }
            if !isEven(bytes[index]) { odd += 1 }
            bytes[index] &= mask
        }
        guard high > 0 else { return .none }
        return odd == 0 ? .even : .wrong(min(high, odd))
    }
}
