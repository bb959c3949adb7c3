package import HardwareInterfaces
import Synchronization
package import Timekeeping

/// A clock whose date can be set wrong; it does not claim to be right then.
package final class MisledClock: Clock {
    private let clock: any Clock
    private let error = Mutex(TimeSpan.zero)

    package init(_ clock: any Clock) { self.clock = clock }

    /// How far the date is ahead.
    package func mislead(by span: TimeSpan) { error.withLock { $0 = span } }

    package var monotonic: MonotonicInstant { clock.monotonic }
    package var utc: UTCInstant { clock.utc + error.withLock { $0 } }
    package var isUTCTrusted: Bool { error.withLock { $0 } == .zero && clock.isUTCTrusted }
    package var bootIdentifier: String { clock.bootIdentifier }
}
