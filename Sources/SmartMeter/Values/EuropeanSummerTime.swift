import Timekeeping

/// Summer time as the EU has it since 1996: from the last Sunday of March to the last of October, both at 01:00 UTC, in
/// all its time zones (directive 2000/84/EC, articles 2 and 3).
enum EuropeanSummerTime {
    private static let change = 3_600

    /// - Parameter seconds: since 1970, UTC.
    static func holds(at seconds: Int64) -> Bool {
        let year = CivilDate(daysSince1970: Int(seconds / 86_400)).year
        return (lastSunday(of: 3, year)..<lastSunday(of: 10, year)).contains(seconds)
    }

    /// The instant at which the clocks are put forward or back.
    private static func lastSunday(of month: Int, _ year: Int) -> Int64 {
        let last = CivilDate.daysSince1970(year: year, month: month, day: 31)
        // 1970-01-01 was a Thursday: the days that are 3 more than a multiple of 7 are Sundays.
        return Int64((last - (last + 4) % 7) * 86_400 + change)
    }
}
