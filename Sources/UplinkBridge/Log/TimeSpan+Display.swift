import Timekeeping

extension TimeSpan {
    /// For display: to the millisecond.
    var displaySeconds: Double { Double(milliseconds) / 1_000 }
}
