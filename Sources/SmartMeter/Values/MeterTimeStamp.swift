import Timekeeping

/// The time stamp `YYMMDDhhmmssX` of a telegram: local time in Central Europe, X = S in summer (UTC+2), W in winter
/// (UTC+1) (DSMR P1 Companion Standard 5.0.2, 6.4; Swedish meters write W all year and mean it).
enum MeterTimeStamp {
    /// The second since 1970 (UTC) of the stamp whose twelve digits form the number `digits`; nil when the date does
    /// not exist or is one of those that meters print for "never": `632525252525S`, `700101010000W` (the year 1970),
    /// `000101000001W`, `000000000000W`. No P1 meter is older than 2005.
    static func seconds(digits: Int64, summer: Bool) -> UInt32? {
        guard digits >= 50_000_000_000, digits < 700_000_000_000 else { return nil }
        let date = Int(digits / 1_000_000)
        let time = Int(digits % 1_000_000)
        let (year, month, day) = (2000 + date / 10_000, date / 100 % 100, date % 100)
        let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100)
        guard day >= 1, day <= CivilDate.daysIn(month: month, year: year), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        let local = days * 86_400 + hour * 3_600 + minute * 60 + second
        return UInt32(exactly: local - (summer ? 7_200 : 3_600))
    }
}
