public import Timekeeping

/// Decides which clock a reading is dated by: the meter's own, unless it is known to be wrong.
///
/// Meters' clocks are kept by the operator, often better than that of a board without a network; but some are stuck, run
/// in the future, or say "never". Times of arrival on the monotonic clock show which.
public struct MeterClock: Hashable, Sendable {
    /// What is the matter with the meter's clock.
    public enum Fault: String, Hashable, Sendable {
        /// The telegram has no time.
        case absent
        /// It shows the same time though telegrams come.
        case stuck
        /// It runs faster or slower than a clock may, or jumps.
        case unsteady
        /// It is further from the system's clock than is allowed, and that one is known to be set.
        case wrong
    }

    /// What a stamp is worth, and the time that is taken for it.
    public struct Judgement: Hashable, Sendable {
        /// The time to date the reading by.
        public let time: UTCInstant
        /// Nil when the meter's clock is sane; then the time is the meter's own.
        public let fault: Fault?
    }

    private struct Pair: Hashable {
        var meter: Int64
        var arrival: Int64
    }

    /// Where the watch of the clock's pace began.
    private var first: Pair?
    private var fault: Fault?
    private let tolerance: Int64

    /// A stamp has whole seconds, and a telegram may wait for the line.
    private static let jitter: Int64 = 30_000_000_000
    /// How long a clock is watched before its pace is judged.
    private static let watch: Int64 = 120_000_000_000

    /// - Parameter tolerance: how far the meter's clock may be from the system's.
    public init(tolerance: TimeSpan = .minutes(10)) {
        self.tolerance = tolerance.nanoseconds
    }

    /// - Parameters:
    ///   - stamp: the meter's time in this telegram (``Telegram/time``).
    ///   - arrival: when its last byte came.
    ///   - system: the system's time then.
    ///   - systemIsSet: whether the system's clock is known to be right: synchronised, or kept by a battery.
    public mutating func judge(
        _ stamp: UTCInstant?, arrival: MonotonicInstant, system: UTCInstant, systemIsSet: Bool
    ) -> Judgement {
        guard let stamp else {
            first = nil
            return Judgement(time: system, fault: .absent)
        }
        noteSteadiness(stamp.nanoseconds, arrival.nanoseconds)
        // A clock that jumps is still better than one that nobody has set.
        if let fault { return Judgement(time: systemIsSet || fault == .stuck ? system : stamp, fault: fault) }
        let (difference, overflow) = stamp.nanoseconds.subtractingReportingOverflow(system.nanoseconds)
        if systemIsSet, overflow || difference.magnitude > tolerance.magnitude {
            return Judgement(time: system, fault: .wrong)
        }
        return Judgement(time: stamp, fault: nil)
    }

    private mutating func noteSteadiness(_ meter: Int64, _ arrival: Int64) {
        guard let first else {
            self.first = Pair(meter: meter, arrival: arrival)
            return
        }
        let (advance, overflow) = meter.subtractingReportingOverflow(first.meter)
        let elapsed = arrival &- first.arrival
        // One part in a hundred beside the jitter.
        if overflow || (advance &- elapsed).magnitude > (elapsed / 100 &+ Self.jitter).magnitude {
            // A clock that was set shows one jump and is steady again; a stuck one never is.
            fault = advance == 0 ? .stuck : .unsteady
            if advance != 0 { self.first = Pair(meter: meter, arrival: arrival) }
        } else if elapsed > Self.watch {
            fault = nil
            self.first = Pair(meter: meter, arrival: arrival)
        }
    }
}
