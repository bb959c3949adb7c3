public import HardwareInterfaces
import Synchronization
public import Timekeeping

/// A clock whose date can be set wrong; it does not claim to be right then.
public final class MisledClock: Clock {
    private let clock: any Clock
    private let error = Mutex(TimeSpan.zero)

    public init(_ clock: any Clock) { self.clock = clock }

    /// How far the date is ahead.
    public func mislead(by span: TimeSpan) { error.withLock { $0 = span } }

    public var monotonic: MonotonicInstant { clock.monotonic }
    public var utc: UTCInstant { clock.utc + error.withLock { $0 } }
    public var isUTCTrusted: Bool { error.withLock { $0 } == .zero && clock.isUTCTrusted }
    public var bootIdentifier: String { clock.bootIdentifier }
}
