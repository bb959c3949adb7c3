import Timekeeping

/// A time as a telegram prints it, with what is needed to make an instant of it.
struct MeterTimeStamp: Hashable, Sendable {
    /// How the season was told.
    enum Season: UInt8, Sendable {
        /// By a letter; `seconds` count in UTC, of a Central European meter.
        case printed
        /// Not at all; `seconds` count in the meter's local time.
        case missing
        /// By the distance from UTC; `seconds` count in UTC.
        case universal
    }

    /// Since 1970; 0 for "never", and for what is no date.
    var seconds: UInt32 = 0
    var season = Season.printed

    init() {}

    /// The time stamp `YYMMDDhhmmssX`: local time in Central Europe, X = S in summer (UTC+2), W in winter (UTC+1) (DSMR P1
    /// Companion Standard 5.0.2, 6.4; Swedish meters write W all year and mean it). Some meters leave X out.
    ///
    /// - Parameters:
    ///   - digits: the number that the twelve digits form.
    ///   - summer: nil where the letter is missing.
    init(digits: Int64, summer: Bool?) {
        // No P1 meter is older than 2005. Some print for "never" 632525252525S, 700101010000W (the year 1970),
        // 000101000001W or 000000000000W.
        guard digits >= 50_000_000_000, digits < 700_000_000_000 else { return }
        let date = Int(digits / 1_000_000)
        let time = Int(digits % 1_000_000)
        guard
            let local = Self.local(
                year: 2000 + date / 10_000, month: date / 100 % 100, day: date % 100, hour: time / 10_000,
                minute: time / 100 % 100, second: time % 100)
        else { return }
        season = summer == nil ? .missing : .printed
        let offset = summer.map { $0 ? 7_200 : 3_600 } ?? 0
        seconds = UInt32(exactly: local - offset) ?? 0
    }

    /// The time in twelve octets (IEC 62056-6-2, 4.1.6.1): year in two, month, day, weekday, hour, minute, second,
    /// hundredths, UTC less local time in minutes in two, status.
    ///
    /// Years from 2005 to 2069 only, as in stamps of digits; a date or time that is not told in full is none.
    init(octets: [UInt8]) {
        guard octets.count == 12 else { return }
        let year = Int(octets[0]) << 8 | Int(octets[1])
        guard (2005...2069).contains(year),
            let local = Self.local(
                year: year, month: Int(octets[2]), day: Int(octets[3]), hour: Int(octets[5]), minute: Int(octets[6]),
                second: Int(octets[7]))
        else { return }
        let deviation = Int(Int16(bitPattern: UInt16(octets[9]) << 8 | UInt16(octets[10])))
        // West of Greenwich no such meter stands: a positive deviation, like 8000 (not told), says nothing.
        season = (-840...0).contains(deviation) ? .universal : .missing
        seconds = UInt32(exactly: season == .universal ? local + deviation * 60 : local) ?? 0
    }

    /// Seconds since 1970 in local time; nil when there is no such date.
    private static func local(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int? {
        guard day >= 1, day <= CivilDate.daysIn(month: month, year: year), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }
}
