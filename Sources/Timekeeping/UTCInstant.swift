/// A point in universal time: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
///
/// The calendar is computed here, in integers: no time zone, locale or rounding of a formatter comes between.
public struct UTCInstant: Hashable, Comparable, Sendable, Codable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// - Parameter secondsSince1970: POSIX time.
    public init(secondsSince1970: Int64) {
        nanoseconds = secondsSince1970 * 1_000_000_000
    }

    /// POSIX time in whole seconds, rounded down.
    public var secondsSince1970: Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }

    /// The instant of a civil date and time in UTC, or nil when a field is out of range (month 1-12, a day of that
    /// month, hour 0-23, minute and second 0-59).
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.daysIn(month: month, year: year),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        guard (-106_751...106_750).contains(days) else { return nil }  // what 64 bits of nanoseconds hold
        self.init(secondsSince1970: Int64(days * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }
    public static func + (lhs: Self, rhs: TimeSpan) -> Self { Self(nanoseconds: lhs.nanoseconds + rhs.nanoseconds) }
    public static func - (lhs: Self, rhs: TimeSpan) -> Self { Self(nanoseconds: lhs.nanoseconds - rhs.nanoseconds) }
    public static func - (lhs: Self, rhs: Self) -> TimeSpan {
        TimeSpan(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
    }
}

extension UTCInstant: CustomStringConvertible {
    /// ISO 8601 to the second: "2026-11-22T23:10:00Z".
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// ``description``, behind what is there.
    package func append(to bytes: inout [UInt8]) {
        let total = Int(secondsSince1970)
        let days = total >= 0 ? total / 86_400 : -((86_399 - total) / 86_400)
        let rest = total - days * 86_400
        let date = CivilDate(daysSince1970: days)
        bytes.append(decimal: UInt64(max(0, date.year)), width: 4)
        bytes.append(mark: "-", date.month)
        bytes.append(mark: "-", date.day)
        bytes.append(mark: "T", rest / 3_600)
        bytes.append(mark: ":", rest / 60 % 60)
        bytes.append(mark: ":", rest % 60)
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension [UInt8] {
    fileprivate mutating func append(mark: Unicode.Scalar, _ number: Int) {
        append(UInt8(ascii: mark))
        append(decimal: UInt64(number), width: 2)
    }
}
