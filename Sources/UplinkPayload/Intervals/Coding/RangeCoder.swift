/// How likely each of the numbers 0 up to `count` is: as shares of a whole, that lie one behind the other.
protocol RangeDistribution {
    /// Numbers that have a share, at least 2.
    var count: UInt64 { get }
    /// The whole, below 2^29.
    var total: UInt64 { get }
    /// The sum of the shares of all numbers below `number`, for 0 up to `count`. It grows with each number.
    func below(_ number: UInt64) -> UInt64
}

/// A yes or no, of which "no" has so many of 4096.
struct RangeOdds: RangeDistribution {
    let no: UInt64
    var count: UInt64 { 2 }
    var total: UInt64 { 4_096 }
    func below(_ number: UInt64) -> UInt64 { number == 0 ? 0 : number == 1 ? no : total }
}

/// Numbers of so many bits, at most 28, all equally likely.
struct RangeBits: RangeDistribution {
    let width: Int
    var count: UInt64 { 1 << UInt64(width) }
    var total: UInt64 { count }
    func below(_ number: UInt64) -> UInt64 { number }
}

/// Codes numbers one after the other. The encoder writes what it is given and returns it; the decoder ignores what it is
/// given and returns what was written. So one piece of code is the format for both directions.
///
/// A range coder (G. N. N. Martin, 1979) with 48 bits, which JavaScript's numbers hold exactly: what was coded is a number
/// that lies from `low` up to `low + range`. A number narrows the range to its share of it. Whenever the range is below
/// 2^40, a byte leaves at the top.
protocol RangeCoder {
    mutating func code(_ number: UInt64, _ distribution: some RangeDistribution) -> UInt64
}

extension RangeCoder {
    mutating func code(_ yes: Bool, no: UInt64) -> Bool { code(yes ? 1 : 0, RangeOdds(no: no)) == 1 }

    /// A number of up to 64 bits, the highest first, sixteen at a time.
    mutating func code(_ number: UInt64, width: Int) -> UInt64 {
        var (left, result) = (width, UInt64(0))
        while left > 0 {
            let part = RangeBits(width: min(left, 16))
            left -= part.width
            result = result << UInt64(part.width) | code(number >> UInt64(left) & (part.count - 1), part)
        }
        return result
    }
}

enum RangeCode {
    /// Bytes of the range.
    static let bytes = 6
    /// The first byte of the code has seven bits: its highest is the header's.
    static let firstRange: UInt64 = 1 << 47
    static let smallestRange: UInt64 = 1 << 40

    /// The numbers that a code can end on when a decoder has read so many bytes beyond its last are this far apart.
    static func grain(beyond: Int) -> UInt64 { 1 << UInt64(8 * beyond) }
}
