package import Timekeeping

extension TimeSpan {
    /// For a person who waits: not a moment too early.
    package func roundedUp(to step: TimeSpan) -> TimeSpan {
        let rest = nanoseconds % max(1, step.nanoseconds)
        return rest > 0 ? self - TimeSpan(nanoseconds: rest) + step : self
    }
}
