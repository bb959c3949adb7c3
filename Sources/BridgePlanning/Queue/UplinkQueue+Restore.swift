package import Timekeeping
package import UplinkPayload

extension UplinkQueue {
    /// Puts back what waited before the restart. Requests for a report that is no more are dropped.
    package mutating func restore(_ waiting: WaitingUplinks, schema: PayloadSchema, at now: MonotonicInstant) {
        answer(waiting.answers)
        for entry in waiting.alarms { add(entry.alarm, attempts: entry.attempts, at: now) }
        for request in waiting.requests {
            guard schema.reports.indices.contains(request.report),
                case .intervals(let layout) = schema.reports[request.report]
            else { continue }
            _ = add(
                DueUplink(
                    .backfill(layout, from: request.from, to: request.to), meter: request.meter,
                    report: request.report))
        }
    }
}
