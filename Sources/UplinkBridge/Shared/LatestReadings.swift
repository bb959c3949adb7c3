package import MeterValues
import Synchronization
package import Timekeeping

/// The newest reading of each meter: written by the loop that reads the meters, read by the one that sends.
package final class LatestReadings: Sendable {
    private struct Entry {
        var reading: Reading
        var received: MonotonicInstant
        /// The line has ended (a file): the reading stays as good as it was.
        var isFinal = false
    }

    private let entries = Mutex<[Int: Entry]>([:])
    private let stored = Mutex<[Int: QuarterHour]>([:])

    /// A reading older than this is not sent as if it were of now: meters send at least every 10 seconds
    /// (Luxmetering 3.1, DSMR 5.0.2 5.2).
    package static let freshness = TimeSpan.minutes(5)

    package init() {}

    package func post(_ reading: Reading, meter: Int, receivedAt instant: MonotonicInstant) {
        entries.withLock { $0[meter] = Entry(reading: reading, received: instant) }
    }

    /// The meter's line has ended by itself; its last reading does not age.
    package func close(meter: Int) {
        entries.withLock { $0[meter]?.isFinal = true }
    }

    /// Quarter-hours of the meter are stored up to this boundary.
    ///
    /// An older one is of an M-Bus meter that is heard late; one that is older by days says that the clock was wrong before.
    package func noteStored(_ boundary: QuarterHour, meter: Int) {
        stored.withLock { stored in
            guard let newest = stored[meter], boundary < newest,
                newest.number - boundary.number <= Self.latest
            else { return stored[meter] = boundary }
        }
    }

    /// A day, in quarter-hours.
    private static let latest: Int64 = 96

    /// The newest boundary of which the store knows something.
    package func storedBoundary(meter: Int) -> QuarterHour? { stored.withLock { $0[meter] } }

    /// The newest reading however old it is, and when it came.
    package func newest(meter: Int) -> (reading: Reading, received: MonotonicInstant)? {
        entries.withLock { $0[meter].map { ($0.reading, $0.received) } }
    }

    /// The newest reading, or nil when none has come or the meter has been silent for too long.
    package func reading(meter: Int, at now: MonotonicInstant) -> Reading? {
        entries.withLock { entries in
            guard let entry = entries[meter], entry.isFinal || now - entry.received <= Self.freshness else {
                return nil
            }
            return entry.reading
        }
    }
}
