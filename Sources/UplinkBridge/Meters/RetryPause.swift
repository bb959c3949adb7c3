import Timekeeping

/// Pauses between attempts to open a line or a pin: each is twice the one before.
struct RetryPause {
    static let shortest = TimeSpan.seconds(1)
    static let longest = TimeSpan.seconds(60)
    private var pause = RetryPause.shortest

    /// The pause after another failure.
    mutating func next() -> TimeSpan {
        defer { pause = min(pause * 2, Self.longest) }
        return pause
    }

    /// It works again.
    mutating func reset() { pause = Self.shortest }
}
