public import HardwareInterfaces
import Synchronization
public import Timekeeping

/// A clock that a ``SimulatedWorld`` moves. The date runs beside it.
public final class VirtualClock: Clock {
    private struct State {
        var monotonic: MonotonicInstant
        var utcAtBoot: UTCInstant
        var boot = 1
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - utc: the date at the start.
    ///   - monotonic: what the monotonic clock shows then.
    public init(utc: UTCInstant, monotonic: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000)) {
        let sinceBoot = TimeSpan(nanoseconds: monotonic.nanoseconds)
        state = Mutex(State(monotonic: monotonic, utcAtBoot: utc - sinceBoot))
    }

    public var monotonic: MonotonicInstant { state.withLock { $0.monotonic } }
    public var utc: UTCInstant {
        state.withLock { $0.utcAtBoot + TimeSpan(nanoseconds: $0.monotonic.nanoseconds) }
    }
    public var isUTCTrusted: Bool { true }
    public var bootIdentifier: String { state.withLock { "simulated-boot-\($0.boot)" } }

    /// The board starts anew: what was measured on this clock before is of another boot.
    public func reboot() { state.withLock { $0.boot += 1 } }

    /// Moves the clock forward; a time that has passed changes nothing.
    func advance(to instant: MonotonicInstant) {
        state.withLock { $0.monotonic = max($0.monotonic, instant) }
    }
}
