import BridgePlanning
import HardwareInterfaces
import LoRaWAN
import MeterValues
import Timekeeping
import UplinkPayload

/// Obeys downlinks, and the settings that they change.
extension UplinkLoop {
    func take(_ downlink: LinkDownlink) {
        guard downlink.port == ReportKind.commandPort else { return }
        var (reply, orders) = settings.carryOut(downlink.payload)
        adoptSettings()
        for order in orders where !obey(order) {
            reply.answers.append(.init(command: 0, result: .refused(.busy)))
        }
        // An acknowledgement is not acknowledged.
        if !reply.isOfAcknowledgements(orders) { queue.answer(reply.encode(largestPayload: smallestPayload)) }
        report(.obeyed(reply))
    }

    /// - Returns: false when too much waits already.
    private func obey(_ order: BridgeOrder) -> Bool {
        switch order {
        case .sendNow(let report):
            queue.schedule.request(report)
            // What has been sent before is sent again.
            sent = sent.filter { report != nil && $0.key.report != report }
        case .sendIntervals(let report, let meter, let first, let count):
            guard schema.reports.indices.contains(report), case .intervals(let layout) = schema.reports[report] else {
                return true
            }
            planner.noteCollector(at: clock.monotonic)
            let last = QuarterHour(number: first.number + Int64(count))
            return queue.add(DueUplink(.backfill(layout, from: last, to: first), meter: meter, report: report))
        case .acknowledgeIntervals(let report, let meter, let newest, let hours):
            planner.noteKnown(
                report: report, meter: meter, newest: newest, hours: hours, at: clock.monotonic, utc: clock.utc)
        case .sendStatus:
            let tags = schema.layouts.map(\.tag) + schema.intervalLayouts.map(\.tag)
            queue.add(
                pages: StatusPage.settingsPages(
                    settings.inForce, layouts: tags,
                    largestPayload: smallestPayload))
        case .rejoin: wantsToRejoin = true
        }
        return true
    }

    func adoptSettings() {
        let (inForce, now) = (settings.inForce, clock.monotonic)
        queue.schedule.adopt(inForce, at: now, utc: clock.utc)
        let dailyAirTime = inForce.dailyAirTime.map { TimeSpan.milliseconds(100) * Int64($0) }
        if link.dailyAirTime != dailyAirTime { link.setDailyAirTime(dailyAirTime) }
        planner.adopt(dailyAirTime: dailyAirTime, at: now)
        statusRate = nil
        rests = [:]
    }
}

extension Reply {
    /// Whether the downlink held nothing else, and all were taken.
    fileprivate func isOfAcknowledgements(_ orders: [BridgeOrder]) -> Bool {
        !orders.isEmpty && orders.count == answers.count && answers.allSatisfy { $0.result == .accepted }
            && orders.allSatisfy { if case .acknowledgeIntervals = $0 { true } else { false } }
    }
}
