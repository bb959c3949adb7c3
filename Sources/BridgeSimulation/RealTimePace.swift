import LinuxHardware
package import Timekeeping

/// Lets virtual time pass as fast as real time.
package final class RealTimePace {
    private let clock = LinuxClock()
    private var due: MonotonicInstant

    package init() {
        due = clock.monotonic
    }

    /// Sleeps until the virtual time that has passed in all has passed in reality too.
    package func pass(_ span: TimeSpan) {
        due = due + span
        Pause.sleep(due - clock.monotonic)
    }
}
