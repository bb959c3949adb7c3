/// SplitMix64. Nothing secret comes from it: it only keeps devices from doing the same at the same time.
package struct DeviceRandom {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 to `bound` - 1; 0 for a bound below 2.
    package mutating func number(below bound: Int) -> Int {
        bound < 2 ? 0 : Int(next() % UInt64(bound))
    }

    /// The number of one of the bits that are set; nil when none is.
    mutating func bit(of mask: ChannelMask) -> Int? {
        guard mask != 0 else { return nil }
        var rest = mask
        for _ in 0..<number(below: mask.nonzeroBitCount) { rest &= rest - 1 }
        return rest.trailingZeroBitCount
    }
}
