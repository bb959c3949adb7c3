/// A point on the kernel's monotonic clock (CLOCK_MONOTONIC): nanoseconds since the board booted.
///
/// It never jumps and is the clock of GPIO edge events since Linux 5.7, so receive windows and the duty-cycle ledger
/// are computed with it. It says nothing about the date; that is ``UTCInstant``.
public struct MonotonicInstant: Hashable, Comparable, Sendable {
    /// Nanoseconds since boot.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

    public static func + (lhs: Self, rhs: TimeSpan) -> Self {
        Self(nanoseconds: lhs.nanoseconds + rhs.nanoseconds)
    }

    public static func - (lhs: Self, rhs: TimeSpan) -> Self {
        Self(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
    }

    public static func - (lhs: Self, rhs: Self) -> TimeSpan {
        TimeSpan(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
    }
}
