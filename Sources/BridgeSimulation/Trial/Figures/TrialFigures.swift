import BridgeConfiguration
import HardwareSimulators
import LoRaWAN
import Timekeeping
import UplinkPayload

/// The sums of a simulation.
package struct TrialFigures {
    private let plan: TrialPlan
    package private(set) var measured = 0
    package private(set) var delivered = 0
    package private(set) var recoveredByOverlap = 0
    package private(set) var recoveredByBackfill = 0
    /// Of the missing ones, those that ended in the last 24 hours: some are on their way.
    package private(set) var missingOfLastDay = 0
    /// Of those measured, known within the hour after their end, and within 24.
    private(set) var knownInAnHour = 0
    private(set) var knownInADay = 0
    private let uplinks: Int
    private let heard: Int
    private let downlinks: Int
    private let audit: AirTimeAudit
    private let busiestDownlinks: DownlinkAudit.Tally
    private let dailyAirTime: TimeSpan?
    private let dailyDownlinks: Int?
    private let checkedInJavaScript: Int?

    package var missing: Int { measured - delivered - recoveredByOverlap - recoveredByBackfill }

    package init(_ trial: Trial) {
        plan = trial.plan
        let end = trial.start + .hours(24 * trial.plan.days)
        for meter in trial.ledger.books.indices {
            for quarter in 0..<trial.ledger.count(meter: meter) {
                let over = trial.start + .minutes(15) * Int64(quarter + 1)
                measured += 1
                guard let arrival = trial.ledger.arrival(meter: meter, quarter: quarter) else {
                    if over > end - .hours(24) { missingOfLastDay += 1 }
                    continue
                }
                switch arrival.path {
                case .atOnce: delivered += 1
                case .overlap: recoveredByOverlap += 1
                case .backfill: recoveredByBackfill += 1
                }
                if arrival.at - over <= .hours(1) { knownInAnHour += 1 }
                if arrival.at - over <= .hours(24) { knownInADay += 1 }
            }
        }
        audit = AirTimeAudit(trial.network.air.uplinks, region: trial.configuration.lorawan.region.name)
        uplinks = trial.network.air.uplinks.count
        heard = trial.heard
        downlinks = trial.collector.requests
        busiestDownlinks = DownlinkAudit(trial.network.server.downlinks).busiestDay
        dailyAirTime = trial.configuration.lorawan.dailyAirTime
        dailyDownlinks = trial.configuration.lorawan.dailyDownlinks
        checkedInJavaScript = trial.checkedInJavaScript
    }

    package var json: String {
        let entries: [(String, String)] = [
            ("measured", "\(measured)"), ("delivered", "\(delivered)"),
            ("recovered_overlap", "\(recoveredByOverlap)"), ("recovered_backfill", "\(recoveredByBackfill)"),
            ("missing", "\(missing)"), ("missing_last_24h", "\(missingOfLastDay)"),
            ("known_1h", "\(knownInAnHour)"), ("known_24h", "\(knownInADay)"), ("uplinks", "\(uplinks)"),
            ("uplinks_heard", "\(heard)"), ("requests", "\(downlinks)"), ("airtime_s", seconds(audit.total)),
            ("busiest_hour_s", seconds(audit.busiestHours.map(\.airTime).max() ?? .zero)),
            ("busiest_24h_s", seconds(audit.busiestDay)), ("busiest_24h_downlinks", "\(busiestDownlinks.all)"),
            ("javascript_checked", checkedInJavaScript.map(String.init) ?? "null"), ("seed", "\(plan.seed)"),
        ]
        return "{" + entries.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    package var text: String {
        let rate = plan.dataRate.map { "DR\($0)" } ?? "data rate by the network"
        let asked = plan.asksForGaps ? "\(downlinks)" : "none allowed"
        let rows: [(String, String)] =
            [
                ("quarter-hours measured", "\(measured)"), ("delivered at once", share(delivered)),
                ("recovered by overlap", share(recoveredByOverlap)),
                ("recovered by backfill", share(recoveredByBackfill)),
                ("missing", share(missing) + (missing > 0 ? ", \(missingOfLastDay) of the last 24 h" : "")),
                ("known within 1 h / 24 h", "\(percent(knownInAnHour)) / \(percent(knownInADay))"),
                ("uplinks sent / heard", "\(uplinks) / \(heard)"), ("requests for what is missing", asked),
                (
                    "checked in JavaScript too",
                    checkedInJavaScript.map { "\($0) uplinks" } ?? "none: no engine here (apt-get install duktape)"
                ),
                ("air-time", "\(seconds(audit.total)) s"),
                (
                    "busiest 24 h",
                    "\(seconds(audit.busiestDay)) s" + (dailyAirTime.map { ", the network allows \($0)" } ?? "")
                ),
                (
                    "downlinks of the busiest 24 h",
                    "\(busiestDownlinks)" + (dailyDownlinks.map { ", the network allows \($0)" } ?? "")
                ),
            ]
            + audit.busiestHours.map { band, airTime -> (String, String) in
                let limit = band.hourlyLimit.map { ", the law allows \($0)" } ?? ", the law sets no limit"
                return ("busiest hour, \(band.name)", "\(seconds(airTime)) s" + limit)
            }
        let head = "\(plan.days) days, \(plan.loss), \(rate), seed \(plan.seed)"
        return
            ([head, ""]
            + rows.map { name, value in name + String(repeating: " ", count: max(1, 34 - name.count)) + value })
            .joined(separator: "\n")
    }

    private func share(_ count: Int) -> String { "\(count), \(percent(count))" }

    private func percent(_ count: Int) -> String {
        guard measured > 0 else { return "none" }
        // Rounded down: 100 % are all.
        return FixedPoint(coefficient: Int64(count * 10_000 / measured), decimals: 2).description + " %"
    }

    private func seconds(_ span: TimeSpan) -> String {
        FixedPoint(coefficient: span.milliseconds, decimals: 3).description
    }
}
