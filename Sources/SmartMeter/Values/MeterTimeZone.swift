import Timekeeping

/// The local time in which a meter prints its stamps; S stands for one hour more in each.
public enum MeterTimeZone: String, Hashable, Sendable, CaseIterable {
    /// UTC+1: all dialects but one. Swedish meters print W all year, and mean it.
    case centralEuropean = "CET"
    /// UTC+2: Lithuania.
    case easternEuropean = "EET"

    /// Seconds by which winter time is ahead of UTC.
    private var standardOffset: Int64 { self == .centralEuropean ? 3_600 : 7_200 }

    /// Seconds by which local time is ahead of UTC, by the rule of the EU.
    func offset(at time: UTCInstant) -> Int64 {
        standardOffset + (EuropeanSummerTime.holds(at: time.secondsSince1970) ? 3_600 : 0)
    }

    /// The instant of a stamp; nil when it means "never", and where its season is missing in the hour that comes twice
    /// in autumn, or in the one that spring leaves out.
    func time(_ stamp: MeterTimeStamp) -> UTCInstant? {
        guard stamp.seconds != 0 else { return nil }
        let seconds = Int64(stamp.seconds)
        switch stamp.season {
        case .universal: return UTCInstant(secondsSince1970: seconds)
        case .printed: return UTCInstant(secondsSince1970: seconds + 3_600 - standardOffset)
        case .missing: return time(local: seconds)
        }
    }

    private func time(local seconds: Int64) -> UTCInstant? {
        let winter = seconds - standardOffset
        let summer = winter - 3_600
        let isSummer = EuropeanSummerTime.holds(at: summer)
        guard isSummer == EuropeanSummerTime.holds(at: winter) else { return nil }
        return UTCInstant(secondsSince1970: isSummer ? summer : winter)
    }
}
