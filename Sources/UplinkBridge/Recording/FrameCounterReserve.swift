import SmartMeter
import Timekeeping

/// Sets frame counters of a meter aside on the disk before a frame is used: after an end without notice no recording of it
/// is taken.
///
/// As many are set aside as came within the last minute, so that the disk is written once a minute at most where frames come
/// faster, and after a power cut the meter's own frames are refused for no longer.
struct FrameCounterReserve {
    private var stored: ReplayGuard?
    private var arrivals: [MonotonicInstant] = []
    private var retry: MonotonicInstant?

    /// The disk has refused what was to be set aside last.
    var isFailing: Bool { retry != nil }

    private static let span = TimeSpan.minutes(1)
    /// No meter sends more in a minute.
    private static let most = 600

    /// - Parameter counters: with the frame that has come.
    /// - Returns: what is to be stored before the frame is used; nil where it is set aside, or the disk has just refused it.
    mutating func due(for counters: ReplayGuard, at now: MonotonicInstant) -> ReplayGuard? {
        guard counters.newestCounter != nil else { return nil }
        arrivals = (arrivals.filter { now - $0 < Self.span } + [now]).suffix(Self.most)
        guard stored?.covers(counters) != true, retry.map({ $0 <= now }) ?? true else { return nil }
        return counters.settingAside(UInt32(arrivals.count - 1))
    }

    mutating func note(stored counters: ReplayGuard) { (stored, retry) = (counters, nil) }

    mutating func noteFailure() { retry = arrivals.last.map { $0 + Self.span } }
}
