package import Timekeeping

/// How late the thread that serves the radio comes out of its waits, and how much earlier a window is therefore opened.
package struct WindowLateness: Hashable, Sendable {
    /// The most that was late; each time that is less takes a 64th off it, so that one bad moment is forgotten after an
    /// hour or two of uplinks. nil before anything was measured.
    package private(set) var worst: TimeSpan?

    package init() {}

    package mutating func note(_ lateness: TimeSpan) {
        let lateness = max(.zero, lateness)
        worst = worst.map { max(lateness, $0 - $0 / 64) } ?? lateness
    }

    /// Twice the worst, because worse comes, and a millisecond for the transfers to the chip and its oscillator.
    package var margin: TimeSpan? { worst.map { $0 * 2 + .milliseconds(1) } }
}
