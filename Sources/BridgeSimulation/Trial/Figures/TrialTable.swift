package import BridgeConfiguration
import Timekeeping
import UplinkPayload

/// What part of the quarter-hours the server knows, over data rates, losses and networks.
package struct TrialTable {
    /// One simulation, of the quarter-hours that are a day old at its end.
    package struct Known {
        var count = 0
        package var inAnHour = 0
        package var inADay = 0
        package var atTheEnd = 0

        func share(_ known: KeyPath<Known, Int>) -> Double { Double(self[keyPath: known]) / Double(max(1, count)) }

        init(_ trial: Trial) {
            let end = trial.start + .hours(24 * trial.plan.days)
            for meter in trial.ledger.books.indices {
                for quarter in 0..<trial.ledger.count(meter: meter) {
                    let over = trial.start + .minutes(15) * Int64(quarter + 1)
                    guard over <= end - .hours(24) else { continue }
                    count += 1
                    guard let arrival = trial.ledger.arrival(meter: meter, quarter: quarter) else { continue }
                    atTheEnd += 1
                    if arrival.at - over <= .hours(1) { inAnHour += 1 }
                    if arrival.at - over <= .hours(24) { inADay += 1 }
                }
            }
        }
    }

    /// Simulations of several seeds: each weighs the same, and the worst counts by itself.
    package struct Sample {
        var runs: [Known] = []

        package func mean(_ count: KeyPath<Known, Int>) -> Double {
            runs.map { $0.share(count) }.reduce(0, +) / Double(max(1, runs.count))
        }

        package func worst(_ count: KeyPath<Known, Int>) -> Double { runs.map { $0.share(count) }.min() ?? 0 }
    }

    package struct Row {
        let network: NetworkProfile
        let loss: Double
        let dataRate: UInt8
        package let alone: Sample
        package let asked: Sample
        let bound: TrialBound?
        package let violations: [String]
    }

    package static let losses = [0, 0.1, 0.3, 0.5]
    /// SF7 to SF12 in EU868.
    package static let dataRates: [UInt8] = [5, 4, 3, 2, 1, 0]
    /// What two sub-bands of 1 % have in a day.
    private static let lawfulDay = TimeSpan.seconds(2 * 864)

    /// - Parameters:
    ///   - seeds: each row is simulated with so many, from the plan's on.
    ///   - losses: of frames, 0 to 1.
    ///   - dataRates: indices in EU868.
    package static func rows(
        _ configuration: BridgeConfiguration, plan: TrialPlan, seeds: UInt64 = 1, losses: [Double] = losses,
        dataRates: [UInt8] = dataRates, done: (Row) -> Void
    ) throws -> [Row] {
        var rows: [Row] = []
        for network in [NetworkProfile.theThingsNetwork, .custom] {
            var configuration = configuration
            configuration.lorawan.dailyAirTime = network.dailyAirTime
            configuration.lorawan.dailyDownlinks = network.dailyDownlinks
            for loss in losses {
                for dataRate in dataRates {
                    var plan = plan
                    (plan.loss, plan.dataRate) = (.independent(loss), dataRate)
                    let row = try row(configuration, plan: plan, network: network, loss: loss, seeds: seeds)
                    rows.append(row)
                    done(row)
                }
            }
        }
        return rows
    }

    /// A row by itself, at the plan's data rate.
    package static func row(
        _ configuration: BridgeConfiguration, plan: TrialPlan, network: NetworkProfile, loss: Double, seeds: UInt64
    ) throws -> Row {
        let dataRate = plan.dataRate ?? 0
        var (alone, asked, violations) = (Sample(), Sample(), [String]())
        var bound: TrialBound?
        for seed in plan.seed..<plan.seed + max(1, seeds) {
            for asks in [false, true] {
                var plan = plan
                (plan.seed, plan.asksForGaps) = (seed, asks)
                let trial = try Trial(configuration, plan: plan)
                try trial.run()
                if asks { asked.runs.append(Known(trial)) } else { alone.runs.append(Known(trial)) }
                bound =
                    bound ?? TrialBound(trial, dataRate: dataRate, dailyAirTime: network.dailyAirTime ?? lawfulDay)
                violations += trial.violations.map { "seed \(seed): \($0)" }
            }
        }
        return Row(
            network: network, loss: loss, dataRate: dataRate, alone: alone, asked: asked, bound: bound,
            violations: violations)
    }

    package static let head = """
        known at the server, in % of the quarter-hours (of those a day old at the end): mean of the seeds, and the worst
                           without requests                        with requests    most without any answer:  copies  bits
        network  loss  SF    1 h    24 h   worst     end   worst     end   worst   repetition  any code      of each
        """

    package static func text(_ row: Row) -> String {
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        let shares = [
            row.alone.mean(\.inAnHour), row.alone.mean(\.inADay), row.alone.worst(\.inADay), row.alone.mean(\.atTheEnd),
            row.alone.worst(\.atTheEnd), row.asked.mean(\.atTheEnd), row.asked.worst(\.atTheEnd),
        ]
        return cell(row.network.rawValue, 7) + cell("\(Int(row.loss * 100)) %", 6) + cell("\(12 - row.dataRate)", 4)
            + cell(percent(shares[0]), 7) + shares.dropFirst().map { cell(percent($0), 8) }.joined()
            + cell(row.bound.map { percent($0.byRepetition(loss: row.loss)) } ?? "-", 13)
            + cell(row.bound.map { percent($0.byCapacity(loss: row.loss)) } ?? "-", 10)
            + cell(row.bound.map { tenths($0.copies) } ?? "-", 12)
            + cell(row.bound.map { tenths($0.bitsOfQuarter) } ?? "-", 6)
    }

    package static func json(_ row: Row) -> String {
        func number(_ value: Double?) -> JSONValue {
            JSONValue(value.map { FixedPoint(coefficient: Int64($0 * 1_000_000), decimals: 6) })
        }
        let entry: JSONValue = [
            "network": .string(row.network.rawValue), "loss": number(row.loss),
            "spreading_factor": .number("\(12 - row.dataRate)"), "seeds": .number("\(row.alone.runs.count)"),
            "known_1h": number(row.alone.mean(\.inAnHour)), "known_24h": number(row.alone.mean(\.inADay)),
            "known_24h_worst": number(row.alone.worst(\.inADay)), "known_end": number(row.alone.mean(\.atTheEnd)),
            "known_end_worst": number(row.alone.worst(\.atTheEnd)),
            "known_end_with_backfill": number(row.asked.mean(\.atTheEnd)),
            "known_end_with_backfill_worst": number(row.asked.worst(\.atTheEnd)),
            "bound_repetition": number(row.bound?.byRepetition(loss: row.loss)),
            "bound_any_code": number(row.bound?.byCapacity(loss: row.loss)), "copies": number(row.bound?.copies),
            "bits_per_quarter_hour": number(row.bound?.bitsOfQuarter),
        ]
        return entry.text
    }

    /// Rounded down: 100 is all.
    private static func percent(_ share: Double) -> String {
        FixedPoint(coefficient: Int64(share * 10_000 + 1e-6), decimals: 2).description
    }

    private static func tenths(_ value: Double) -> String {
        FixedPoint(coefficient: Int64((value * 10).rounded()), decimals: 1).description
    }
}
