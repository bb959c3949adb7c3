import SmartMeter
import Timekeeping

/// Holds what was read from a recording until its time has come: as far apart as the telegrams' own stamps are.
struct ReplayPace {
    private var held: [(event: MeterEvent, due: MonotonicInstant)] = []
    /// A stamp, and when that telegram was shown.
    private var start: (stamp: UTCInstant, shown: MonotonicInstant)?
    private var lastDue: MonotonicInstant

    /// Between telegrams without a stamp: as the Luxembourg meters send (Luxmetering 3.1).
    private static let usual = TimeSpan.seconds(10)
    /// A hole in the recording, or a wrong stamp, holds nobody up for longer.
    private static let longest = TimeSpan.hours(1)

    init(at now: MonotonicInstant) { lastDue = now }

    var nextDue: MonotonicInstant? { held.first?.due }

    mutating func hold(_ events: [MeterEvent]) {
        for event in events {
            if case .telegram(let telegram) = event { lastDue = due(telegram.time) }
            held.append((event, lastDue))
        }
    }

    /// The events whose time has come.
    mutating func release(at now: MonotonicInstant) -> [MeterEvent] {
        let count = held.prefix { $0.due <= now }.count
        defer { held.removeFirst(count) }
        return held.prefix(count).map(\.event)
    }

    private mutating func due(_ stamp: UTCInstant?) -> MonotonicInstant {
        guard let stamp else { return start == nil ? lastDue : lastDue + Self.usual }
        guard let start else {
            self.start = (stamp, lastDue)
            return lastDue
        }
        let due = start.shown + (stamp - start.stamp)
        let allowed = max(lastDue, min(due, lastDue + Self.longest))
        // After a hole, or stamps that go back, the distances count from here on.
        if allowed != due { self.start = (stamp, allowed) }
        return allowed
    }
}
