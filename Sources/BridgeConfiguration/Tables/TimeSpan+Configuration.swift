package import Timekeeping

extension TimeSpan {
    /// Reads "20ms", "30s", "15m", "1h" or "1d"; nil for anything else, for zero, and beyond ten years.
    package init?(configuration text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0 else { return nil }
        let unit: TimeSpan
        switch text.dropFirst(digits.count) {
        case "ms": unit = .milliseconds(1)
        case "s": unit = .seconds(1)
        case "m": unit = .minutes(1)
        case "h": unit = .hours(1)
        case "d": unit = .hours(24)
        default: return nil
        }
        guard count <= TimeSpan.hours(24 * 3_660).nanoseconds / unit.nanoseconds else { return nil }
        self = unit * count
    }
}
