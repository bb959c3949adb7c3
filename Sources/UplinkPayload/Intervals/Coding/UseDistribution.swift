/// How likely each use of a quarter-hour is, in steps, seen from the uses of those after it.
///
/// The sum of two bells with heavy tails, in whole numbers: one around the use of the quarter-hour after it, for what goes
/// on, and one around the base, for what begins and ends. Their widths follow how far the last uses were off.
///
/// Of a bell with the centre c and the width s, both in sixteenths of a step, the share of all uses below n is, with
/// d = 16n - 8 - c and t = 2^23 s / (s + |d|), rounded down:
/// - near: t^2 / 2^23, rounded down; base: t; when d is negative;
/// - 2^24 less that, otherwise.
struct UseDistribution: RangeDistribution {
    /// The last number: "this or more".
    static let greatest: UInt64 = 65_535

    var near: (center: Int64, width: Int64)
    var base: (center: Int64, width: Int64)
    /// Sixteenths of the whole that are near; the others are base.
    var nearShare: UInt64

    var count: UInt64 { Self.greatest + 1 }
    var total: UInt64 { below(count) }

    /// Each number has one share beside its part of the bells, so that none is impossible.
    func below(_ number: UInt64) -> UInt64 { bells(number) - bells(0) + number }

    private func bells(_ number: UInt64) -> UInt64 {
        guard number < count else { return 16 << 24 }
        let edge = Int64(number) * 16 - 8
        let tail = Self.tail(edge - near.center, near.width)
        let nearTail = (tail * tail) >> 23
        let nearBelow = edge < near.center ? nearTail : 1 << 24 - nearTail
        let baseTail = Self.tail(edge - base.center, base.width)
        let baseBelow = edge < base.center ? baseTail : 1 << 24 - baseTail
        return nearShare * nearBelow + (16 - nearShare) * baseBelow
    }

    private static func tail(_ distance: Int64, _ width: Int64) -> UInt64 {
        UInt64(width) << 23 / (UInt64(width) + distance.magnitude)
    }
}
