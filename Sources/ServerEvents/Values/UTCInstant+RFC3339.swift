public import Timekeeping

extension UTCInstant {
    /// Reads "2026-11-27T13:45:11.775023242+00:00" (RFC 3339): any number of decimals, of which nine count, and `Z` or an
    /// offset. Nil when it is written in another way, or beyond what 64 bits of nanoseconds hold.
    public init?(rfc3339 text: String) {
        var bytes = Array(text.utf8)[...]
        guard let year = Self.number(4, &bytes), Self.take("-", &bytes), let month = Self.number(2, &bytes),
            Self.take("-", &bytes), let day = Self.number(2, &bytes),
            Self.take("T", &bytes) || Self.take("t", &bytes) || Self.take(" ", &bytes),
            let hour = Self.number(2, &bytes), Self.take(":", &bytes), let minute = Self.number(2, &bytes),
            Self.take(":", &bytes), let second = Self.number(2, &bytes),
            let time = UTCInstant(
                // A leap second counts as the one before it.
                year: year, month: month, day: day, hour: hour, minute: minute, second: min(second, 59)),
            second <= 60, let fraction = Self.fraction(&bytes), let offset = Self.offset(&bytes), bytes.isEmpty
        else { return nil }
        let (whole, tooFar) = time.nanoseconds.addingReportingOverflow(fraction)
        let (shifted, overflow) = whole.subtractingReportingOverflow(offset)
        guard !tooFar, !overflow else { return nil }
        self.init(nanoseconds: shifted)
    }

    private static func take(_ character: Unicode.Scalar, _ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes.removeFirst()
        return true
    }

    private static func number(_ digits: Int, _ bytes: inout ArraySlice<UInt8>) -> Int? {
        let text = bytes.prefix(digits)
        guard text.count == digits, text.allSatisfy({ (48...57).contains($0) }) else { return nil }
        bytes.removeFirst(digits)
        return text.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// Nanoseconds; 0 where there is no point.
    private static func fraction(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        guard take(".", &bytes) else { return 0 }
        let digits = bytes.prefix { (48...57).contains($0) }
        guard !digits.isEmpty else { return nil }
        bytes.removeFirst(digits.count)
        return (0..<9).reduce(0) { sum, place in
            let index = digits.startIndex + place
            return sum * 10 + (index < digits.endIndex ? Int64(digits[index] - 48) : 0)
        }
    }

    /// Nanoseconds east of Greenwich.
    private static func offset(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        if take("Z", &bytes) || take("z", &bytes) { return 0 }
        let isEast = take("+", &bytes)
        guard isEast || take("-", &bytes), let hours = number(2, &bytes), hours <= 23, take(":", &bytes),
            let minutes = number(2, &bytes), minutes <= 59
        else { return nil }
        let seconds = Int64(hours * 3_600 + minutes * 60) * 1_000_000_000
        return isEast ? seconds : -seconds
    }
}
