package import HardwareInterfaces
import Synchronization
package import Timekeeping

/// The system's clock, and where nobody has set that the network's time: a board without a battery or the internet gets
/// its date over the air (DeviceTimeAns, TS001 5.10).
package final class NetworkClock: Clock {
    private struct Told {
        /// UTC less the monotonic clock.
        var offset: Int64
        var at: MonotonicInstant
    }

    private let system: any Clock
    private let told = Mutex<Told?>(nil)
    /// Questions without an answer, and when the last was asked.
    private let asked = Mutex<(count: Int, at: MonotonicInstant)?>(nil)

    /// A crystal of 50 ppm is a minute off after two weeks.
    static let longest = TimeSpan.hours(14 * 24)
    /// How old the network's time may be before it is asked for again.
    static let renewal = TimeSpan.hours(24)
    /// So many uplinks ask one after the other; a network that does not know the command is then asked once an hour.
    static let eager = 8

    package init(_ system: any Clock) { self.system = system }

    package var monotonic: MonotonicInstant { system.monotonic }
    package var bootIdentifier: String { system.bootIdentifier }
    package var isUTCTrusted: Bool { system.isUTCTrusted || current != nil }

    package var utc: UTCInstant {
        guard !system.isUTCTrusted, let current else { return system.utc }
        return UTCInstant(nanoseconds: system.monotonic.nanoseconds &+ current.offset)
    }

    private var wantsTime: Bool {
        guard !system.isUTCTrusted else { return false }
        return current.map { system.monotonic - $0.at >= Self.renewal } ?? true
    }

    /// Whether the next uplink is to ask; it is taken as asked then.
    func asks() -> Bool {
        guard wantsTime else { return false }
        let now = system.monotonic
        return asked.withLock { asked in
            if let (count, at) = asked, count >= Self.eager, now - at < .hours(1) { return false }
            asked = ((asked?.count ?? 0) + 1, now)
            return true
        }
    }

    /// Takes the network's word: it was `utc` at `instant`.
    func set(_ utc: UTCInstant, at instant: MonotonicInstant) {
        asked.withLock { $0 = nil }
        told.withLock { $0 = Told(offset: utc.nanoseconds &- instant.nanoseconds, at: instant) }
    }

    private var current: Told? {
        told.withLock { $0 }.flatMap { system.monotonic - $0.at < Self.longest ? $0 : nil }
    }
}
