/// Numbers of a byte with addition (exclusive or), multiplication and division: GF(2^8) by the polynomial
/// x^8 + x^4 + x^3 + x^2 + 1, as Reed-Solomon codes have it (0x11D; generator 2).
package enum GaloisField {
    private static let powers: [UInt8] = (0..<255).reduce(into: []) { powers, _ in
        guard let last = powers.last else { return powers.append(1) }
        powers.append(last << 1 ^ (last & 0x80 != 0 ? 0x1D : 0))
    }

    private static let logarithms: [Int] = powers.enumerated().reduce(into: [Int](repeating: 0, count: 256)) {
        $0[Int($1.element)] = $1.offset
    }

    /// Zero when one of them is.
    package static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        a == 0 || b == 0 ? 0 : powers[(logarithms[Int(a)] + logarithms[Int(b)]) % 255]
    }

    /// Nil for zero.
    package static func inverse(_ a: UInt8) -> UInt8? {
        a == 0 ? nil : powers[(255 - logarithms[Int(a)]) % 255]
    }

    /// Adds a multiple of one row of bytes to another, which grows to hold it.
    package static func add(_ factor: UInt8, times row: [UInt8], to sum: inout [UInt8]) {
        guard factor != 0 else { return }
        if sum.count < row.count { sum += [UInt8](repeating: 0, count: row.count - sum.count) }
        for index in row.indices { sum[index] ^= product(factor, row[index]) }
    }
}
