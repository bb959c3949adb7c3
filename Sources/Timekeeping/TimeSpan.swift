/// A length of time in nanoseconds, up to 292 years.
///
/// `Swift.Duration` holds attoseconds in 128 bits; a device that counts microseconds of air-time through years of
/// simulation is several times faster with one machine word.
public struct TimeSpan: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = Self(nanoseconds: 0)

    public static func nanoseconds(_ count: Int64) -> Self { Self(nanoseconds: count) }
    public static func microseconds(_ count: Int64) -> Self { Self(nanoseconds: count * 1_000) }
    public static func milliseconds(_ count: Int64) -> Self { Self(nanoseconds: count * 1_000_000) }
    public static func seconds(_ count: Int64) -> Self { Self(nanoseconds: count * 1_000_000_000) }
    public static func minutes(_ count: Int64) -> Self { .seconds(count * 60) }
    public static func hours(_ count: Int64) -> Self { .seconds(count * 3_600) }

    /// Whole microseconds, rounded towards zero.
    public var microseconds: Int64 { nanoseconds / 1_000 }
    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
    /// Whole seconds, rounded towards zero.
    public var seconds: Int64 { nanoseconds / 1_000_000_000 }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }
    public static func + (lhs: Self, rhs: Self) -> Self { Self(nanoseconds: lhs.nanoseconds + rhs.nanoseconds) }
    public static func - (lhs: Self, rhs: Self) -> Self { Self(nanoseconds: lhs.nanoseconds - rhs.nanoseconds) }
    public static func += (lhs: inout Self, rhs: Self) { lhs = lhs + rhs }
    public static func -= (lhs: inout Self, rhs: Self) { lhs = lhs - rhs }
    public static func * (lhs: Self, rhs: Int64) -> Self { Self(nanoseconds: lhs.nanoseconds * rhs) }
    public static func / (lhs: Self, rhs: Int64) -> Self { Self(nanoseconds: lhs.nanoseconds / rhs) }
}

extension TimeSpan: CustomStringConvertible {
    /// For people: "250 ms", "12 s", "4 min 5 s", "2 h 30 min".
    public var description: String {
        if nanoseconds < 0 { return "-\(TimeSpan(nanoseconds: 0 &- nanoseconds))" }
        if nanoseconds < 10_000_000_000 {
            return nanoseconds % 1_000_000_000 == 0 ? "\(seconds) s" : "\(milliseconds) ms"
        }
        let total = seconds
        let (hours, minutes, rest) = (total / 3_600, total / 60 % 60, total % 60)
        var parts: [String] = []
        if hours > 0 { parts.append("\(hours) h") }
        if minutes > 0 { parts.append("\(minutes) min") }
        if rest > 0 && hours == 0 { parts.append("\(rest) s") }
        return parts.joined(separator: " ")
    }
}
