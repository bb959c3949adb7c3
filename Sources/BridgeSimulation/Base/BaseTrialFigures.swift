import BridgeConfiguration
import BridgePlanning
import HardwareSimulators
import LoRaWAN
import PrivateLink
package import Timekeeping
import UplinkPayload

/// The sums of a simulation of a base and its bridges.
package struct BaseTrialFigures {
    /// Of one bridge.
    package struct Bridge: Hashable {
        /// Quarter-hours whose two boundaries it read, but for those of the last three hours.
        package var read = 0
        /// Of these, told by the base, and within an hour.
        package var known = 0
        package var knownInAnHour = 0
        /// Readings that its pace asks for, that it sent, and that the base told.
        package var wanted = 0
        package var sent = 0
        package var told = 0
        package var longestSilence = TimeSpan.zero
        package var busiestHour = TimeSpan.zero
        package var cuts = 0
    }

    package private(set) var bridges: [Bridge] = []
    package let baseCuts: Int
    package let busiestHour: TimeSpan
    package let foundAfter: TimeSpan?
    private let joins: Int
    private let moves: [DataRate]
    private let missedAnswers: Int
    private let collisions: Int
    private let frames: (up: Int, down: Int)
    private let limit: TimeSpan?
    private let plan: BaseTrialPlan
    private let rate: DataRate

    /// Three hours are on their way.
    private static let onItsWay = 12

    package init(_ trial: BaseTrial) {
        plan = trial.plan
        rate = trial.network.dataRate
        func busiest(_ frames: [AirTransmission]) -> TimeSpan {
            AirTimeAudit(frames, region: trial.regionName).busiestHours.map(\.airTime).max() ?? .zero
        }
        for bridge in trial.bridges {
            var figures = Bridge()
            for meter in bridge.ledger.books.indices {
                let books = bridge.ledger.books[meter].values
                for quarter in 0..<max(0, bridge.ledger.count(meter: meter) - Self.onItsWay)
                where books.allSatisfy({ $0.read.contains(quarter) && $0.read.contains(quarter + 1) }) {
                    figures.read += 1
                    guard let arrival = bridge.ledger.arrival(meter: meter, quarter: quarter) else { continue }
                    figures.known += 1
                    let over = trial.start + .minutes(15) * Int64(quarter + 1)
                    if arrival.at - over <= .hours(1) { figures.knownInAnHour += 1 }
                }
            }
            (figures.sent, figures.told) = (bridge.readings.sent, bridge.readings.told)
            let pace = bridge.configuration.reports.filter { $0.kind == .readings }.map(\.every).min()
            figures.wanted = pace.map { Int(TimeSpan.hours(24 * trial.plan.days).nanoseconds / $0.nanoseconds) } ?? 0
            (figures.longestSilence, figures.cuts) = (bridge.longestSilence, bridge.cuts)
            figures.busiestHour = busiest(trial.frames(of: bridge.registration.devEUI))
            bridges.append(figures)
        }
        let answers = trial.air.transmissions.filter(\.invertedIQ)
        busiestHour = busiest(answers)
        frames = (trial.air.transmissions.count - answers.count, answers.count)
        collisions = trial.air.collisions
        (baseCuts, joins, moves) = (trial.station.cuts, trial.station.joins, trial.station.moves)
        (missedAnswers, foundAfter) = (trial.station.missedAnswers, trial.foundAfter)
        limit =
            AirTimeLaw.bands(ofRegion: trial.regionName)
            .first { $0.hertz.contains(trial.network.frequency) }?.hourlyLimit
    }

    package var text: String {
        let law = limit.map { ", the law allows \($0)" } ?? ""
        let rate = plan.dataRate.map { "\($0)" } ?? "\(rate), moved by the base"
        var lines = ["\(plan.days) days, \(plan.bridges) bridges, \(plan.loss), \(rate), seed \(plan.seed)", ""]
        func row(_ name: String, _ value: String) {
            lines.append(name + String(repeating: " ", count: max(1, 34 - name.count)) + value)
        }
        for (index, bridge) in bridges.enumerated() {
            row("bridge \(index + 1), quarter-hours read", "\(bridge.read)")
            row("  known / within 1 h", "\(bridge.known) / \(percent(bridge.knownInAnHour, of: bridge.read))")
            if bridge.wanted > 0 {
                row("  live values sent at pace", percent(bridge.sent, of: bridge.wanted))
                row("  of these heard", percent(bridge.told, of: bridge.sent))
                row("  longest time without one", "\(bridge.longestSilence)")
            }
            row("  busiest hour", "\(bridge.busiestHour)\(law)")
            if bridge.cuts > 0 { row("  power cuts", "\(bridge.cuts)") }
        }
        row("base, busiest hour", "\(busiestHour)\(law)")
        row("  power cuts", "\(baseCuts)")
        row("  joins / moves of all", "\(joins) / \(moves.map { "\($0)" }.joined(separator: ", "))")
        row("  answers without air-time or time", "\(missedAnswers)")
        row("frames up / down / collided", "\(frames.up) / \(frames.down) / \(collisions)")
        if plan.replacesBoard {
            row("a replaced board is heard after", foundAfter.map { "\($0)" } ?? "never")
        }
        return lines.joined(separator: "\n")
    }

    private func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "none" }
        return FixedPoint(coefficient: Int64(part * 10_000 / whole), decimals: 2).description + " %"
    }
}
