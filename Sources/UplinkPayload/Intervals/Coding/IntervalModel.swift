/// What a register showed at a boundary, as it is sent.
enum IntervalPlace: Hashable {
    case unknown
    /// In steps of the field.
    case register(steps: UInt64, series: UInt32)
}

/// What comes in the coded series one after the other, and how likely it is. For each boundary, from the newest back, and
/// for each register of the layout:
/// 1. whether it is unknown;
/// 2. if it was known before (at a later boundary): how much less it is now, which is the use of the quarter-hour;
/// 3. if not, or if the use is too great, or negative because another meter was there: the register itself.
struct IntervalModel {
    private var registers: [RegisterModel]

    init(_ fields: [Field]) {
        registers = fields.map { RegisterModel($0) }
    }

    /// - Returns: nil when the bytes are damaged: a register outside its range.
    mutating func code(_ place: IntervalPlace, _ index: Int, with coder: inout some RangeCoder) -> IntervalPlace? {
        // Who feeds in takes nothing, and who takes feeds nothing in.
        let firstStoodStill = index == 1 && registers[0].stoodStill
        return registers[index].code(place, firstStoodStill: firstStoodStill, with: &coder)
    }
}

/// One register on its way back in time.
struct RegisterModel {
    /// Of 4096, that a register is known, at the newest boundary, after a known one, after an unknown one.
    private static let known: (first: UInt64, again: UInt64, anew: UInt64) = (3_840, 4_092, 512)

    private let width: Int
    private let absent: UInt64
    private var last: (steps: UInt64, series: UInt32)?
    private var isFirst = true
    private var wasKnown = false
    private var uses = UseModel()
    /// Whether the use of the last quarter-hour is known and was zero.
    private(set) var stoodStill = false

    init(_ field: Field) {
        (width, absent) = (field.width, field.absent)
    }

    mutating func code(
        _ place: IntervalPlace, firstStoodStill: Bool, with coder: inout some RangeCoder
    ) -> IntervalPlace? {
        let odds = isFirst ? Self.known.first : wasKnown ? Self.known.again : Self.known.anew
        let isUnknown = coder.code(place == .unknown, no: odds)
        let learns = wasKnown
        (isFirst, wasKnown, stoodStill) = (false, !isUnknown, false)
        guard !isUnknown else { return .unknown }
        var (steps, series) = (UInt64(0), UInt32(0))
        if case .register(let value, let number) = place { (steps, series) = (value, number) }
        if let last {
            let goesOn = last.series == series && steps <= last.steps
            let use = uses.code(
                goesOn ? min(last.steps &- steps, UseDistribution.greatest) : UseDistribution.greatest, learns: learns,
                firstStoodStill: firstStoodStill, with: &coder)
            if use < UseDistribution.greatest {
                guard use <= last.steps else { return nil }
                stoodStill = learns && use == 0
                self.last?.steps -= use
                return .register(steps: last.steps - use, series: last.series)
            }
            let isOther = coder.code(!goesOn, no: 2_048)
            series = isOther ? last.series &+ 1 : last.series
        }
        steps = coder.code(steps, width: width)
        guard steps < absent, series != last?.series || steps <= last?.steps ?? 0 else { return nil }
        last = (steps, series)
        return .register(steps: steps, series: series)
    }
}
