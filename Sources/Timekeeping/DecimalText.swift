extension [UInt8] {
    /// The digits of a number, with zeros in front up to `width`: what makes texts of many numbers needs no string for each.
    package mutating func append(decimal number: UInt64, width: Int = 1) {
        var divisor: UInt64 = 1
        var digits = 1
        while number / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        for _ in 0..<Swift.max(0, width - digits) { append(0x30) }
        while divisor > 0 {
            append(0x30 + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
