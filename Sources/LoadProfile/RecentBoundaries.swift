public import MeterValues

/// Of which boundaries of a register's last days something is known, in two bits each: what the completeness of a fleet is
/// counted from without reading its registers.
public struct RecentBoundaries: Hashable, Sendable {
    /// Days of UTC that are remembered: seven of a local calendar and what they may reach beyond.
    public static let days = 10

    private struct Day: Hashable {
        var known: UInt128 = 0
        var unknown: UInt128 = 0
    }

    /// The newest day, since 2020; those before it follow.
    private var newest: Int64
    private var content = [Day](repeating: Day(), count: Self.days)
    /// The register fell without a word of another series: two bits do not tell that.
    private var isIrregular = false

    /// Of a register of which nothing is known; `newest` is a day of UTC since 2020.
    public init(newest: Int64) { self.newest = newest }

    /// Takes in what is known of a day now; older ones than are remembered are passed over.
    public mutating func note(_ day: ProfileDay, on number: Int64) {
        if number > newest {
            let count = Int(min(number - newest, Int64(Self.days)))
            content = [Day](repeating: Day(), count: count) + content.dropLast(count)
            newest = number
        }
        guard number > newest - Int64(Self.days) else { return }
        content[Int(newest - number)] = Day(known: day.knownBits, unknown: day.unknownBits)
        if day.falls { isIrregular = true }
    }

    private func day(_ number: Int64) -> Day {
        let age = newest - number
        return (0..<Int64(Self.days)).contains(age) ? content[Int(age)] : Day()
    }

    /// How much of a time is known, as ``RegisterProfile/coverage(of:)`` says of a register that never began anew.
    /// - Returns: nil where two bits do not tell: for a register that fell, and for a time that reaches back beyond the days that
    ///   are remembered.
    public func coverage(of range: Range<QuarterHour>) -> Coverage? {
        var coverage = Coverage()
        guard !range.isEmpty else { return coverage }
        guard !isIrregular, range.lowerBound.day > newest - Int64(Self.days) else { return nil }
        let last = QuarterHour(number: range.upperBound.number - 1)
        for number in range.lowerBound.day...last.day {
            let begin = number == range.lowerBound.day ? range.lowerBound.slot : 0
            let end = number == last.day ? last.slot : ProfileDay.boundaries - 1
            add(number, slots: begin...end, to: &coverage)
        }
        return coverage
    }

    private func add(_ number: Int64, slots: ClosedRange<Int>, to coverage: inout Coverage) {
        func next(_ bits: UInt128, _ following: UInt128) -> UInt128 {
            bits >> 1 | (following & 1) << UInt128(ProfileDay.boundaries - 1)
        }
        let (this, following) = (day(number), day(number + 1))
        let use = this.known & next(this.known, following.known)
        let (heard, heardNext) = (this.known | this.unknown, following.known | following.unknown)
        let told = heard & next(heard, heardNext)
        let mask = (UInt128(1) << UInt128(slots.count) - 1) << UInt128(slots.lowerBound)
        let known = (use & mask).nonzeroBitCount
        let all = (told & mask).nonzeroBitCount
        coverage.known += known
        coverage.unknowable += all - known
        coverage.missing += slots.count - all
    }

    // MARK: As it is stored

    private static let form: UInt8 = 1
    private static let hasUnknown: UInt8 = 0x80
    private static let fell: UInt8 = 0x40
    private static let bytes = ProfileDay.boundaries / 8

    /// A head of one byte, the newest day in four, and a bit for each boundary that is known; then, where there are any, one
    /// for each that the bridge does not know.
    public var stored: [UInt8] {
        let hasUnknown = content.contains { $0.unknown != 0 }
        var bytes = [Self.form | (hasUnknown ? Self.hasUnknown : 0) | (isIrregular ? Self.fell : 0)]
        let number = UInt32(truncatingIfNeeded: newest)
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * place))) }
        for day in content { Self.append(day.known, to: &bytes) }
        if hasUnknown { for day in content { Self.append(day.unknown, to: &bytes) } }
        return bytes
    }

    /// - Returns: nil for what ``stored`` does not make.
    public init?(stored bytes: [UInt8]) {
        let whole = Self.days * Self.bytes
        guard let head = bytes.first, head & 0x3F == Self.form else { return nil }
        let maps = head & Self.hasUnknown == 0 ? 1 : 2
        guard bytes.count == 5 + maps * whole else { return nil }
        newest = Int64(Int32(bitPattern: (1...4).reduce(0) { $0 | UInt32(bytes[$1]) << UInt32(8 * ($1 - 1)) }))
        isIrregular = head & Self.fell != 0
        content = (0..<Self.days).map { index in
            let place = 5 + index * Self.bytes
            return Day(
                known: Self.bits(bytes, place), unknown: maps == 2 ? Self.bits(bytes, place + whole) : 0)
        }
    }

    private static func append(_ bits: UInt128, to bytes: inout [UInt8]) {
        for place in 0..<Self.bytes { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt128(8 * place))) }
    }

    private static func bits(_ bytes: [UInt8], _ place: Int) -> UInt128 {
        (0..<Self.bytes).reduce(0) { $0 | UInt128(bytes[place + $1]) << UInt128(8 * $1) }
    }
}
