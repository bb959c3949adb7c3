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

    /// - Parameter utc: the date at the start, when the monotonic clock shows one second.
    public init(utc: UTCInstant) {
        let start = MonotonicInstant(nanoseconds: 1_000_000_000)
        state = Mutex(State(monotonic: start, utcAtBoot: utc - .seconds(1)))
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
