/// What is known of the uses of a register so far, and so how likely each is as the next.
///
/// A report has few uses to learn from, so what is learnt is little and at once: the last use, the base, and how far uses
/// are from both. All else is fixed, and was found by measuring the bits over months of simulated houses at steps of 1, 10
/// and 100 Wh; the optimum is flat.
struct UseModel {
    /// Sixteenths of all uses that are near the last one; the second when the layout's first register stood still.
    private static let nearShares: [UInt64] = [9, 15]

    /// Of the quarter-hour after, in steps.
    private var last: UInt64 = 1
    /// What the house takes when little is on, in sixteenths of a step: it goes down with the uses at once, and up slowly.
    private var base: Int64 = 64
    /// How far the uses were from the one after and from the base, in sixteenths of a step: means in which each use has
    /// half the weight of the next.
    private var (nearDistance, baseDistance): (Int64, Int64) = (1_024, 1_024)
    private var isFirst = true
    /// Of 4096, how often zero follows zero; the second when the layout's first register stood still.
    private var zeros: [AdaptiveOdds] = [AdaptiveOdds(no: 3_600), AdaptiveOdds(no: 800)]

    /// - Parameters:
    ///   - use: at most ``UseDistribution/greatest``.
    ///   - learns: whether it is that of a single quarter-hour.
    mutating func code(
        _ use: UInt64, learns: Bool, firstStoodStill: Bool, with coder: inout some RangeCoder
    ) -> UInt64 {
        let still = firstStoodStill ? 1 : 0
        var coded: UInt64 = 0
        if last > 0 || zeros[still].code(use > 0, with: &coder) {
            let distribution = UseDistribution(
                near: (center: 16 * Int64(last), width: nearDistance * 3 / 2 + 24),
                base: (center: base, width: baseDistance / 4 + 8), nearShare: Self.nearShares[still])
            coded = coder.code(use, distribution)
        }
        if learns { learn(coded) }
        return coded
    }

    private mutating func learn(_ use: UInt64) {
        let height = 16 * Int64(use)
        if isFirst {
            isFirst = false
            base = height
            (nearDistance, baseDistance) = (height / 2 + 64, height / 2 + 64)
        } else {
            nearDistance = (nearDistance + abs(height - 16 * Int64(last))) / 2
            baseDistance = (baseDistance + abs(height - base)) / 2
            base = height < base ? height : base + (min(height, base * 3 / 2 + 32) - base) / 4
        }
        last = use
    }
}

/// A yes or no whose odds follow what came, at first fast.
struct AdaptiveOdds {
    private var no: UInt64
    private var shift: UInt64 = 2

    init(no: UInt64) {
        self.no = no
    }

    mutating func code(_ yes: Bool, with coder: inout some RangeCoder) -> Bool {
        let yes = coder.code(yes, no: no)
        no = yes ? no - no >> shift : no + (4_096 - no) >> shift
        shift = min(shift + 1, 5)
        return yes
    }
}
