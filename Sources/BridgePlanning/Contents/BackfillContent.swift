import MeterValues
import UplinkPayload

/// Quarter-hours that were asked for: back from a boundary, to the oldest that is wanted.
struct BackfillContent: UplinkContent {
    let layout: IntervalLayout
    let from: QuarterHour
    let to: QuarterHour
    let kind = ReportKind.intervals

    /// Quarter-hours that are looked through at once for the newest that is stored.
    private static let longestStep = IntervalLayout.mostBoundaries - 1

    func pack(_ uplink: DueUplink, _ task: PackingTask) throws(PackingError) -> UplinkPacker.Packed? {
        guard let meter = uplink.meter else { return nil }
        var from = from
        // Where nothing is stored nothing is sent; the longer that is, the longer are the steps.
        var step = max(1, task.room.mostQuarters)
        while from > to {
            let quarters = min(Int(clamping: from.number - to.number), step)
            guard let history = try task.source.history(of: layout, meter: meter, from: from, quarters: quarters) else {
                from = QuarterHour(number: from.number - Int64(quarters))
                step = min(step * 4, Self.longestStep)
                continue
            }
            guard let encoded = layout.encode(history, meter: meter, limit: task.room.largest) else {
                throw .doesNotFit(task.room.largest)
            }
            let next = QuarterHour(number: history.newest.number - Int64(max(1, encoded.boundaries - 1)))
            let rest = DueUplink(.backfill(layout, from: next, to: to), meter: meter, report: uplink.report)
            return .init(payload: encoded.bytes, rest: next > to ? rest : nil)
        }
        return nil
    }

    func reason(_: UplinkDecision) -> String { "quarter-hours that were asked for" }

    func keep(_ uplink: DueUplink, attempts _: Int, isFirst _: Bool, in waiting: inout WaitingUplinks) {
        guard let report = uplink.report, let meter = uplink.meter else { return }
        waiting.requests.append(.init(report: report, meter: meter, from: from, to: to))
    }
}
