public import Timekeeping

/// The only source of time. Nothing else in the project reads a clock.
public protocol Clock: AnyObject, Sendable {
    /// Time since boot; never jumps.
    var monotonic: MonotonicInstant { get }
    /// The system's idea of the date; may jump, and is wrong until set on a board without a real-time clock.
    var utc: UTCInstant { get }
    /// Differs after each boot, so that stored monotonic times can be told from those of an earlier boot.
    var bootIdentifier: String { get }
}
