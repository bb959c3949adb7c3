import Timekeeping

/// Lets the first of a kind of message pass, then one in ten minutes, and counts the rest: a noisy line must not fill the
/// disk with log.
struct RateLimiter {
    enum Verdict: Equatable {
        /// With the number of messages that were held back since the last one.
        case admitted(suppressed: Int)
        case suppressed
    }

    private struct Entry {
        var last: MonotonicInstant
        var suppressed = 0
    }

    static let interval = TimeSpan.minutes(10)
    /// Kinds remembered at once; messages may carry numbers that make each its own kind.
    static let capacity = 64
    private var entries: [String: Entry] = [:]

    mutating func admit(_ key: String, at now: MonotonicInstant) -> Verdict {
        if let entry = entries[key], now - entry.last < Self.interval {
            entries[key]?.suppressed += 1
            return .suppressed
        }
        let suppressed = entries[key]?.suppressed ?? 0
        if entries.count >= Self.capacity { entries.removeAll() }
        entries[key] = Entry(last: now)
        return .admitted(suppressed: suppressed)
    }
}
