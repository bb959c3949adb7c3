import Timekeeping

extension TimeSpan {
    /// Reads "30s", "15m", "1h" or "1d"; nil for anything else, for zero, and beyond ten years.
    init?(configuration text: String) {
        guard let unit = text.last, let count = Int64(text.dropLast()), count > 0, count < 400_000_000 else {
            return nil
        }
        switch unit {
        case "s": self = .seconds(count)
        case "m": self = .minutes(count)
        case "h": self = .hours(count)
        case "d": self = .hours(count * 24)
        default: return nil
        }
        guard self <= .hours(24 * 3_660) else { return nil }
    }
}
