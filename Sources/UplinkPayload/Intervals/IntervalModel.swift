/// What a register showed at a boundary, as it is sent.
enum IntervalPlace: Hashable {
    case unknown
    /// In steps of the field.
    case register(steps: UInt64, series: UInt32)
}

/// Why a coded series can't be decoded.
enum IntervalDamage: Error { case belowZero, beyondRange }

/// The probabilities of what comes next in the coded series, learnt from what came before.
///
/// For each boundary, from the newest back, and for each register in the layout's order:
/// 1. whether the register is known and goes on from the last one that was sent,
/// 2. if not, and one was sent: whether it is known, and begins another series;
/// 3. the register itself, when it begins a series; or by how much it is below the last one that was sent.
struct IntervalModel {
    private var series: [IntervalSeriesModel]

    init(_ fields: [Field]) {
        series = fields.map { IntervalSeriesModel(width: $0.width, absent: $0.absent) }
    }

    /// - Returns: nil when the bytes are damaged: a register below 0 or beyond its range.
    mutating func code(_ place: IntervalPlace, _ index: Int, with coder: inout some RangeCoder) -> IntervalPlace? {
        series[index].code(place, with: &coder)
    }
}

struct IntervalSeriesModel {
    private let width: Int
    private let absent: UInt64
    /// The last register that was sent, and its series.
    private var last: (steps: UInt64, series: UInt32)?
    private var isKnown = true
    private var predicted: UInt64 = 0
    private var magnitude = 7
    private var contexts = [UInt32](repeating: 2048, count: 32 * 64)

    init(width: Int, absent: UInt64) {
        self.width = width
        self.absent = absent
    }

    mutating func code(_ place: IntervalPlace, with coder: inout some RangeCoder) -> IntervalPlace? {
        var (steps, number) = (UInt64(0), UInt32(0))
        var goesOn = false
        var begins = false
        if case .register(let value, let ofSeries) = place {
            (steps, number) = (value, ofSeries)
            goesOn = last.map { $0.series == ofSeries && $0.steps >= value } ?? true
            begins = !goesOn
        }
        goesOn = !coder.code(!goesOn, zeros: isKnown ? 4_090 : 1_024)
        if !goesOn { begins = last != nil && coder.code(begins, zeros: 3_840) }
        isKnown = goesOn || begins
        guard isKnown else { return .unknown }
        if let last, goesOn {
            let used = codeUse(last.steps &- steps, with: &coder)
            guard used <= last.steps else { return nil }
            self.last = (last.steps - used, last.series)
        } else {
            let value = coder.code(wide: steps, width: width)
            guard value < absent else { return nil }
            last = (value, last.map { $0.series &+ 1 } ?? 0)
        }
        // The encoder's series have numbers of their own.
        if case .register = place { last?.series = number }
        return last.map { .register(steps: $0.steps, series: $0.series) }
    }

    private mutating func codeUse(_ use: UInt64, with coder: inout some RangeCoder) -> UInt64 {
        let difference = Int64(bitPattern: use &- predicted)
        let folded = UInt64(bitPattern: (difference << 1) ^ (difference >> 63))
        let size = UInt64.bitWidth - folded.leadingZeroBitCount
        var bits = 0
        while bits < 50, codeBit(bits < size, magnitude * 64 + bits, with: &coder) { bits += 1 }
        magnitude = min(bits, 31)
        var value: UInt64 = 0
        if bits > 0 {
            value = 1 << UInt64(bits - 1) | coder.code(wide: folded & ~(1 << UInt64(bits - 1)), width: bits - 1)
        }
        let decoded = predicted &+ UInt64(bitPattern: Int64(value >> 1) ^ -Int64(value & 1))
        predicted = decoded
        return decoded
    }

    private mutating func codeBit(_ bit: Bool, _ context: Int, with coder: inout some RangeCoder) -> Bool {
        let zeros = contexts[context]
        let bit = coder.code(bit, zeros: zeros)
        contexts[context] = bit ? zeros - zeros >> 4 : zeros + (4096 - zeros) >> 4
        return bit
    }
}
