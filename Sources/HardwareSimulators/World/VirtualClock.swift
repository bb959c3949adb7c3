public import HardwareInterfaces
import Synchronization
public import Timekeeping

/// A clock that a ``SimulatedWorld`` moves. The date runs beside it and can be set, as a board's does when it first
/// hears from a time server.
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

    /// Moves the clock forward; a time that has passed changes nothing.
    func advance(to instant: MonotonicInstant) {
        state.withLock { $0.monotonic = max($0.monotonic, instant) }
    }

    /// Lets the date jump by `span`, either way, while the monotonic clock goes on.
    public func jumpDate(by span: TimeSpan) {
        state.withLock { $0.utcAtBoot = $0.utcAtBoot + span }
    }
}
