package import Timekeeping

/// How much earlier than its time a window is opened, and how much longer it is kept.
package struct WindowMargins: Hashable, Sendable {
    /// How long before the network's earliest time the receiver is on, while nothing has been measured. Early is
    /// cheap; late by more than about two symbols (2 ms at SF7) loses the downlink.
    package var early: TimeSpan
    /// What it may become by what is measured (``WindowLateness``).
    package var earlyRange: ClosedRange<TimeSpan>
    /// How late the thread was in waits before the radio was made.
    package var lateness: WindowLateness
    /// How long after it a preamble may still begin.
    package var late: TimeSpan

    /// - Parameters:
    ///   - early: 0 to 10 s; default 30 ms, more than a scheduler without real-time priority is late.
    ///   - earlyRange: default 5 ms, for the kernel's stamp of an uplink's end, to 250 ms, a quarter of the time between
    ///     the two windows.
    ///   - late: 0 to 10 s; default 20 ms.
    package init(
        early: TimeSpan = .milliseconds(30),
        earlyRange: ClosedRange<TimeSpan> = .milliseconds(5) ... .milliseconds(250),
        lateness: WindowLateness = WindowLateness(), late: TimeSpan = .milliseconds(20)
    ) {
        self.early = max(.zero, min(early, .seconds(10)))
        self.earlyRange = earlyRange
        self.lateness = lateness
        self.late = max(.zero, min(late, .seconds(10)))
    }

    /// What the margin is to be after so much lateness.
    func early(after lateness: WindowLateness) -> TimeSpan {
        guard let margin = lateness.margin else { return early }
        return max(earlyRange.lowerBound, min(margin, earlyRange.upperBound))
    }
}
