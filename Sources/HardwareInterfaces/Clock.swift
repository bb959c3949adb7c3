package import Timekeeping

/// The only source of time. Nothing else in the project reads a clock.
package protocol Clock: AnyObject, Sendable {
    /// Time since boot; never jumps.
    var monotonic: MonotonicInstant { get }
    /// The system's idea of the date; may jump, and is wrong until set on a board without a real-time clock.
    var utc: UTCInstant { get }
    /// Whether the date is known to be right: set by a time server, or kept by a battery. A board without either shows the
    /// date of its last shutdown for a while after each start.
    var isUTCTrusted: Bool { get }
    /// Differs after each boot, so that stored monotonic times can be told from those of an earlier boot.
    var bootIdentifier: String { get }
}
