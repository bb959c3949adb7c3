import Timekeeping

/// The local time that Central European meters print: UTC+1, and UTC+2 from the last Sunday of March to the last of
/// October, changing at 01:00 UTC.
enum CentralEuropeanTime {
    /// `YYMMDDhhmmss` and S in summer, W in winter.
    static func stamp(_ time: UTCInstant) -> String {
        let summer = isSummer(time)
        let local = Int(time.secondsSince1970) + (summer ? 7_200 : 3_600)
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

/// A number with leading zeros up to `width` characters.
func digits(_ number: some BinaryInteger, _ width: Int) -> String {
    let text = String(number.magnitude)
    let sign = number < 0 ? "-" : ""
    return sign + String(repeating: "0", count: max(0, width - sign.count - text.count)) + text
}
