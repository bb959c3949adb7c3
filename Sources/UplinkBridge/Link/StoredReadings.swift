import BridgePlanning
import BridgeStore
import MeterValues
import Timekeeping

/// What a bridge sends: of the latest readings of its meters, and of its store.
struct StoredReadings: UplinkSource {
    let meters: [String]
    let latestReadings: LatestReadings
    let store: StateStore

    func reading(meter: Int, at now: MonotonicInstant) -> Reading? { latestReadings.reading(meter: meter, at: now) }

    func storedBoundary(meter: Int) -> QuarterHour? { latestReadings.storedBoundary(meter: meter) }

    func intervals(
        meter: Int, code: OBISCode, in range: ClosedRange<QuarterHour>
    ) throws(PackingError) -> [IntervalEntry] {
        guard meters.indices.contains(meter) else { return [] }
        do {
            return try store.intervals(ofMeter: meters[meter], code: code, in: range)
        } catch {
            throw .unreadable("\(error)")
        }
    }
}
