public import Timekeeping

/// A boundary between two quarter-hours in UTC, by its number: 0 is 2020-01-01T00:00Z. 21 bits last until 2079.
///
/// Local quarter-hours begin with those of UTC in every time zone whose offset is a multiple of 15 minutes, in winter and
/// in summer.
public struct QuarterHour: Hashable, Comparable, Sendable, Codable {
    /// Quarter-hours since 2020-01-01T00:00:00Z; frames name those from 0 to 2²¹ - 1.
    public let number: Int64

    /// The last that a frame can name (21 bits).
    public static let last = QuarterHour(number: (1 << 21) - 1)
    /// 15 minutes.
    public static let length = TimeSpan.minutes(15)
    package static let lengthInNanoseconds: Int64 = 900_000_000_000
    /// 2020-01-01T00:00:00Z.
    private static let origin: Int64 = 1_577_836_800_000_000_000

    /// The boundary of this number.
    public init(number: Int64) {
        self.number = number
    }

    /// The boundary at `time` or the last one before.
    public init(atOrBefore time: UTCInstant) {
        let (distance, overflow) = time.nanoseconds.subtractingReportingOverflow(Self.origin)
        let nanoseconds = overflow ? Int64.min : distance
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: Self.lengthInNanoseconds)
        number = remainder < 0 ? quotient - 1 : quotient
    }

    /// Its instant; a number beyond what 64 bits of nanoseconds hold (1678 to 2262) gives the nearest that they hold.
    public var time: UTCInstant {
        let (distance, tooFar) = number.multipliedReportingOverflow(by: Self.lengthInNanoseconds)
        let (sum, tooLate) = distance.addingReportingOverflow(Self.origin)
        guard !tooFar, !tooLate else { return UTCInstant(nanoseconds: number < 0 ? .min : .max) }
        return UTCInstant(nanoseconds: sum)
    }

    /// 15 minutes later.
    public var next: Self { Self(number: number &+ 1) }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }
}

extension QuarterHour: CustomStringConvertible {
    public var description: String { time.description }
}
