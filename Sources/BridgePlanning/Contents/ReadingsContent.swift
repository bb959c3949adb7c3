import MeterValues
import Timekeeping
import UplinkPayload

/// What a meter says now.
struct ReadingsContent: UplinkContent {
    let layout: ReadingsLayout
    let kind = ReportKind.readings

    func isPossible(meter: Int, of source: any UplinkSource, sent _: QuarterHour?, at now: MonotonicInstant) -> Bool {
        source.reading(meter: meter, at: now) != nil
    }

    func pack(_ uplink: DueUplink, _ task: PackingTask) throws(PackingError) -> UplinkPacker.Packed? {
        guard let meter = uplink.meter, let reading = task.source.reading(meter: meter, at: task.now) else {
            return nil
        }
        return .init(payload: layout.encode(reading, meter: meter))
    }

    func reason(_: UplinkDecision) -> String { "due" }
}
