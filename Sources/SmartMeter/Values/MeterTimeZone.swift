import Timekeeping

/// The local time in which a meter prints its stamps; S stands for one hour more in each.
public enum MeterTimeZone: String, Hashable, Sendable, CaseIterable {
    /// UTC+1: all dialects but one. Swedish meters print W all year, and mean it.
    case centralEuropean = "CET"
    /// UTC+2: Lithuania.
    case easternEuropean = "EET"

    /// The time of a stamp that was read as Central European; nil when it means "never" (0).
    func time(_ seconds: UInt32) -> UTCInstant? {
        guard seconds != 0 else { return nil }
        return UTCInstant(secondsSince1970: Int64(seconds) - (self == .easternEuropean ? 3_600 : 0))
    }
}
