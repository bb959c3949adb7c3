import HardwareInterfaces
import Synchronization
package import Timekeeping

/// A clock that a ``SimulatedWorld`` moves. The date runs beside it.
package final class VirtualClock: Clock {
    private struct State {
        var monotonic: MonotonicInstant
        var utcAtBoot: UTCInstant
        var boot = 1
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - utc: the date at the start.
    ///   - monotonic: what the monotonic clock shows then.
    package init(utc: UTCInstant, monotonic: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000)) {
        let sinceBoot = TimeSpan(nanoseconds: monotonic.nanoseconds)
        state = Mutex(State(monotonic: monotonic, utcAtBoot: utc - sinceBoot))
    }

    package var monotonic: MonotonicInstant { state.withLock { $0.monotonic } }
    package var utc: UTCInstant {
        state.withLock { $0.utcAtBoot + TimeSpan(nanoseconds: $0.monotonic.nanoseconds) }
    }
    package var isUTCTrusted: Bool { true }
    package var bootIdentifier: String { state.withLock { "simulated-boot-\($0.boot)" } }

    /// The board starts anew: what was measured on this clock before is of another boot.
    package func reboot() { state.withLock { $0.boot += 1 } }

    /// Moves the clock forward; a time that has passed changes nothing.
    func advance(to instant: MonotonicInstant) {
        state.withLock { $0.monotonic = max($0.monotonic, instant) }
    }
}
