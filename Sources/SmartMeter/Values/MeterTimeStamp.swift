import Timekeeping

/// A time as a telegram prints it, with what is needed to make an instant of it.
struct MeterTimeStamp: Hashable, Sendable {
    /// How the season was told.
    enum Season: UInt8, Sendable {
        /// By a letter or a status; `seconds` count in UTC, of a Central European meter.
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

    /// A date and time written out: `20240111 09:35:00` (NES in Denmark), `2026-07-05T15:49:53`, with S, W or Z (universal
    /// time) behind it or without; nil for every other text.
    init?(written text: some Sequence<UInt8>) {
        var digits: Int64 = 0
        var count = 0
        var letter: UInt8?
        for byte in text {
            if letter == nil, ASCII.isDigit(byte), count < 14 {
                digits = digits * 10 + Int64(byte - 0x30)
                count += 1
            } else if count >= 12, letter == nil, Self.seasons.contains(byte | 0x20) {
                letter = byte | 0x20
            } else if !Self.separators.contains(byte) {
                return nil
            }
        }
        let century: Int64 = 20_000_000_000_000
        guard count == 12 || count == 14 && digits / 1_000_000_000_000 == 20 else { return nil }
        let isUniversal = letter == UInt8(ascii: "z")
        self.init(
            digits: count == 14 ? digits - century : digits,
            summer: isUniversal ? nil : letter.map { $0 == UInt8(ascii: "s") })
        if isUniversal, seconds != 0 { season = .universal }
    }

    private static let separators = [UInt8]("-/.:,T ".utf8)
    private static let seasons = [UInt8]("swz".utf8)

    /// The time in twelve octets (IEC 62056-6-2, 4.1.6.1): year in two, month, day, weekday, hour, minute, second,
    /// hundredths, UTC less local time in minutes in two, status.
    ///
    /// Nil when it is no date from 2005 to 2069, as in stamps of digits, or leaves more open than the second (FF).
    init?(octets: some RandomAccessCollection<UInt8>) {
        let octets = [UInt8](octets)
        guard octets.count == Self.octets else { return nil }
        let year = Int(octets[0]) << 8 | Int(octets[1])
        guard (2005...2069).contains(year),
            let local = Self.local(
                year: year, month: Int(octets[2]), day: Int(octets[3]), hour: Int(octets[5]), minute: Int(octets[6]),
                second: octets[7] == 0xFF ? 0 : Int(octets[7]))
        else { return nil }
        let deviation = Int(Int16(bitPattern: UInt16(octets[9]) << 8 | UInt16(octets[10])))
        let isSummer = octets[11] != 0xFF && octets[11] & 0x80 != 0
        // West of Greenwich no such meter stands: a positive deviation, like 8000 (not told), says nothing. The status then
        // says that it is summer, and never that it is not: meters that leave the one open often leave the other at zero.
        season = (-840...0).contains(deviation) ? .universal : isSummer ? .printed : .missing
        let offset = season == .universal ? -deviation * 60 : season == .printed ? 7_200 : 0
        guard let seconds = UInt32(exactly: local - offset) else { return nil }
        self.seconds = seconds
    }

    /// How many octets a time of COSEM has.
    static let octets = 12

    /// Seconds since 1970 in local time; nil when there is no such date.
    private static func local(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int? {
        guard day >= 1, day <= CivilDate.daysIn(month: month, year: year), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }
}
