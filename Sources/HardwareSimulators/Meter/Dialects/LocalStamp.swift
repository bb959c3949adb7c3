import Timekeeping

/// The local time that meters print: `YYMMDDhhmmss` and S in summer, W in winter. Summer is from the last Sunday of
/// March to the last of October and changes at 01:00 UTC, wherever in the Union.
enum LocalStamp {
    /// UTC+1, in summer UTC+2.
    static func centralEuropean(_ time: UTCInstant) -> String { stamp(time, winter: 3_600, summer: isSummer(time)) }

    /// UTC+2, in summer UTC+3 (Lithuania).
    static func easternEuropean(_ time: UTCInstant) -> String { stamp(time, winter: 7_200, summer: isSummer(time)) }

    /// UTC+1 with a W all year (Sweden).
    static func winterOnly(_ time: UTCInstant) -> String { stamp(time, winter: 3_600, summer: false) }

    private static func stamp(_ time: UTCInstant, winter: Int, summer: Bool) -> String {
        let local = Int(time.secondsSince1970) + winter + (summer ? 3_600 : 0)
        let days = local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
        let rest = local - days * 86_400
        let date = CivilDate(daysSince1970: days)
        return [date.year % 100, date.month, date.day, rest / 3_600, rest / 60 % 60, rest % 60]
            .map { digits($0, 2) }.joined() + (summer ? "S" : "W")
    }

    static func isSummer(_ time: UTCInstant) -> Bool {
        let seconds = Int(time.secondsSince1970)
        let year = CivilDate(daysSince1970: seconds / 86_400).year
        return seconds >= change(year: year, month: 3) && seconds < change(year: year, month: 10)
    }

    /// 01:00 UTC on the last Sunday of a month of 31 days. 1970-01-04 was a Sunday.
    private static func change(year: Int, month: Int) -> Int {
        let last = CivilDate.daysSince1970(year: year, month: month, day: 31)
        return (last - (last - 3) % 7) * 86_400 + 3_600
    }
}
