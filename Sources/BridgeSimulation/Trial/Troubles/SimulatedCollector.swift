import BridgeConfiguration
import BridgePlanning
package import HardwareSimulators
import LoadProfile
import MeterValues
package import Timekeeping
import UplinkPayload

/// Makes profiles of what a network server hears of a bridge, and asks for what is missing.
package protocol TrialCollector: AnyObject {
    /// An uplink that the network server took.
    func hear(_ uplink: DeliveredUplink, at now: UTCInstant)
    /// - Parameter downlinks: what the network has sent the bridge in the last 24 hours, acknowledgements included.
    /// - Returns: a downlink's payload; nil when there is nothing to be asked now.
    func next(downlinks: Int, at now: UTCInstant) -> [UInt8]?
    /// How often it has asked.
    var requests: Int { get }
}

/// What the collector does for a bridge, without its store and its server.
final class SimulatedCollector: TrialCollector {
    /// Of one meter's intervals report.
    private struct Page {
        let meter: Int
        /// Counted from 1.
        let report: Int
        var registers: [RegisterProfile]
    }

    private let schema: PayloadSchema
    private let start: QuarterHour
    private let allowance: Int
    private var pages: [Page] = []
    private var planner = RequestPlanner()
    private var parity = ParitySolver()
    /// Of the last uplink.
    private var spreadingFactor: Int?
    private(set) var requests = 0

    /// - Parameter start: the operator knows when the bridge was mounted, and misses what was before its first word too.
    init(_ configuration: BridgeConfiguration, start: QuarterHour) {
        self.start = start
        schema = configuration.schema
        allowance = configuration.lorawan.dailyDownlinks ?? Int.max
        var seen: Set<Int> = []
        for (number, report) in configuration.reports.enumerated() {
            guard let layout = report.intervals else { continue }
            for meter in report.meters where seen.insert(meter).inserted {
                let nothing = layout.fields.map { _ in RegisterProfile() }
                pages.append(Page(meter: meter, report: number + 1, registers: nothing))
            }
        }
    }

    func hear(_ uplink: DeliveredUplink, at now: UTCInstant) {
        let (port, payload) = (uplink.port ?? 0, uplink.payload)
        spreadingFactor = uplink.heard.spreadingFactor
        for payload in parity.hear(uplink) { take(payload) }
        if port == ReportKind.parity.port { _ = planner.noteSum(at: now) }
        if port == ReportKind.intervals.port { return take(payload) }
        guard port == ReportKind.reply.port, let report = try? schema.decode(port: Int(port), payload),
            let reply = ReplySummary(report)
        else { return }
        planner.take(reply, at: now)
    }

    /// An intervals report.
    private func take(_ payload: [UInt8]) {
        guard let report = try? schema.intervalReport(payload),
            let meter = schema.meters.firstIndex(of: report.meter),
            let page = pages.firstIndex(where: { $0.meter == meter })
        else { return }
        for (register, told) in RegisterReport.all(in: report).enumerated()
        where pages[page].registers.indices.contains(register) {
            _ = pages[page].registers[register].merge(told)
        }
    }

    func next(downlinks: Int, at now: UTCInstant) -> [UInt8]? {
        guard downlinks < allowance else { return nil }
        let wants = pages.map { page in
            RequestPlanner.Want(
                meter: page.meter, report: page.report, missing: MissingQuarters.of(page.registers, since: start),
                doubtful: MissingQuarters.doubtful(page.registers, since: start))
        }
        let rules = RequestPlanner.Rules.at(
            spreadingFactor: spreadingFactor,
            mostInADay: DownlinkShares.collector(of: allowance == Int.max ? nil : allowance),
            sendsSums: planner.sendsSums(at: now))
        let known = pages.compactMap { Command.acknowledging($0.registers, report: $0.report, meter: $0.meter) }
        guard let frame = planner.next(wants, rules: rules, at: now, known: known) else { return nil }
        requests += 1
        return frame.encode()
    }
}

extension ParitySolver {
    /// - Returns: intervals reports that were lost.
    mutating func hear(_ uplink: DeliveredUplink) -> [[UInt8]] {
        let port = uplink.port.flatMap { ReportKind(port: $0) }
        return hear(port, uplink.payload, counter: uplink.counter).compactMap { finding in
            if case .report(let source) = finding { source.payload } else { nil }
        }
    }
}
