import BridgeConfiguration
import HardwareSimulators
import LoRaWAN
package import Timekeeping
import UplinkPayload

/// The table at the end of the demonstration.
package struct DemoTable {
    package let run: DemoRun
    package let span: TimeSpan

    package init(run: DemoRun, span: TimeSpan) {
        self.run = run
        self.span = span
    }

    /// Whether everything arrived as it was measured, within the limits; what was on its way at the end may be missing.
    package var isGood: Bool {
        run.firstTrouble == nil && !run.arrivals.isEmpty && run.arrivals.allSatisfy(\.isExact)
            && run.arrivals.count + run.intervalReports >= run.handedOver - 1 && knownQuarters.wrong == 0
            && knownQuarters.count >= run.measuredQuarters.count - 5 && run.telegramsRead >= run.meter.sent - 1
            && busiestHour <= Self.lawfulHour
    }

    /// 1 % of an hour, in the sub-bands L and M (ETSI EN 300 220).
    private static let lawfulHour = TimeSpan.seconds(36)

    /// Quarter-hours that the server knows, and those of them that differ from what the meter counted.
    private var knownQuarters: (count: Int, wrong: Int) {
        let measured = run.measuredQuarters
        return (run.quarters.count, run.quarters.count { measured[$0.key] != $0.value })
    }

    package var text: String {
        var lines = ["", "UTC       measured by the meter        arrived as JSON from JavaScript   DR  bytes"]
        lines.append(
            "          import kWh    export kWh     import_kwh    export_kwh")
        let step = max(1, run.arrivals.count / 12)
        for (index, arrival) in run.arrivals.enumerated() where index % step == 0 || index == run.arrivals.count - 1 {
            let time = arrival.time.description.dropFirst(11).prefix(5)
            lines.append(
                "\(time)   \(right(kilowattHours(arrival.measuredImport))) \(right(kilowattHours(arrival.measuredExport)))"
                    + "  \(right(kilowattHours(arrival.decodedImport))) \(right(kilowattHours(arrival.decodedExport)))"
                    + "       \(arrival.dataRate)     \(arrival.bytes)   \(arrival.isExact ? "" : "DIFFERENT")")
        }
        lines.append("")
        lines += summary.map { name, value in name + String(repeating: " ", count: max(1, 34 - name.count)) + value }
        return lines.joined(separator: "\n")
    }

    private var summary: [(String, String)] {
        let airTime = audit.total
        let exact = run.arrivals.filter(\.isExact).count
        let payload = run.arrivals.reduce(0) { $0 + $1.bytes }
        let limit = run.configuration.lorawan.dailyAirTime
        return [
            ("telegrams sent / read / damaged", "\(run.meter.sent) / \(run.telegramsRead) / \(run.problems)"),
            ("uplinks sent / decoded", "\(run.handedOver) / \(run.arrivals.count + run.intervalReports)"),
            ("readings decoded / exact", "\(run.arrivals.count) / \(exact), \(payload) bytes"),
            (
                "quarter-hours measured / exact",
                "\(run.measuredQuarters.count) / \(knownQuarters.count - knownQuarters.wrong); "
                    + "the last hour's are on their way"
            ),
            ("air-time", "\(seconds(airTime)) s" + (limit.map { ", the network allows \($0) in 24 h" } ?? "")),
            ("busiest hour in a sub-band", "\(seconds(busiestHour)) s, the law allows \(Self.lawfulHour)"),
            ("JavaScript engine", run.engine.path),
            ("trouble", run.firstTrouble ?? "none"),
        ]
    }

    private var audit: AirTimeAudit {
        AirTimeAudit(run.network.air.uplinks, region: run.configuration.lorawan.region.name)
    }

    private var busiestHour: TimeSpan { audit.busiestHours.map(\.airTime).max() ?? .zero }

    private func kilowattHours(_ wattHours: Int64?) -> String {
        guard let wattHours else { return "none" }
        let digits = String(wattHours)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return padded.dropLast(3) + "." + padded.suffix(3)
    }

    private func right(_ text: String) -> String { String(repeating: " ", count: max(0, 13 - text.count)) + text }

    private func seconds(_ span: TimeSpan) -> String {
        FixedPoint(coefficient: (span.milliseconds + 50) / 100, decimals: 1).description
    }
}
