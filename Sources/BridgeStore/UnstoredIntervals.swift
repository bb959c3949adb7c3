import MeterValues
import Synchronization

/// Quarter-hours that the disk did not take yet. They are sent all the same, and stored when it does.
final class UnstoredIntervals: Sendable {
    struct Meter: Sendable {
        var memory: MeterMemory
        var entries: [MeterMemory.Entry] = []
    }

    /// Of each meter: four days of ten registers.
    static let most = 4_000

    private let meters = Mutex<[String: Meter]>([:])

    /// - Returns: all that waits of the meter.
    func add(
        _ memory: MeterMemory, _ entries: [MeterMemory.Entry], ofMeter name: String
    ) -> [MeterMemory.Entry] {
        meters.withLock { meters in
            var meter = meters[name] ?? Meter(memory: memory)
            meter.memory = memory
            meter.entries += entries
            meters[name] = meter
            return meter.entries
        }
    }

    /// Lets go of the oldest that are too many.
    /// - Returns: how many.
    func trim(ofMeter name: String) -> Int {
        meters.withLock { meters in
            let lost = max(0, (meters[name]?.entries.count ?? 0) - Self.most)
            meters[name]?.entries.removeFirst(lost)
            return lost
        }
    }

    func remove(ofMeter name: String) { meters.withLock { $0[name] = nil } }

    /// In the order of their boundaries.
    func entries(ofMeter name: String, code: OBISCode, in range: ClosedRange<QuarterHour>) -> [IntervalEntry] {
        meters.withLock { $0[name]?.entries ?? [] }
            .filter { $0.code == code && range.contains($0.interval.boundary) }.map(\.interval)
            .sorted { $0.boundary < $1.boundary }
    }
}
