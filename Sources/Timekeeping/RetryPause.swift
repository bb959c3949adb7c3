/// Pauses between attempts to open what does not answer: each is twice the one before.
package struct RetryPause {
    private let shortest: TimeSpan
    private let longest: TimeSpan
    /// After the next failure.
    package private(set) var pause: TimeSpan

    package init(shortest: TimeSpan = .seconds(1), longest: TimeSpan = .seconds(60)) {
        self.shortest = shortest
        self.longest = longest
        pause = shortest
    }

    /// The pause after another failure.
    package mutating func next() -> TimeSpan {
        defer { pause = min(pause * 2, longest) }
        return pause
    }

    /// It works again.
    package mutating func reset() { pause = shortest }
}
