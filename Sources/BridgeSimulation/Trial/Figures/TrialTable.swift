package import BridgeConfiguration
import Timekeeping
import UplinkPayload

/// What part of the quarter-hours the server knows, over data rates, losses and networks.
package struct TrialTable {
    /// One simulation, of the quarter-hours that are a day old at its end.
    struct Known {
        var count = 0
        var inAnHour = 0
        var inADay = 0
        var atTheEnd = 0

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

    package struct Row {
        let network: NetworkProfile
        let loss: Double
        let dataRate: UInt8
        let alone: Known
        let asked: Known
        let bound: TrialBound?
        package let violations: [String]
    }

    static let losses = [0, 0.1, 0.3, 0.5]
    /// SF7 to SF12 in EU868.
    static let dataRates: [UInt8] = [5, 4, 3, 2, 1, 0]
    /// What two sub-bands of 1 % have in a day.
    private static let lawfulDay = TimeSpan.seconds(2 * 864)

    package static func rows(
        _ configuration: BridgeConfiguration, plan: TrialPlan, done: (Row) -> Void
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
                    let trials = try [false, true].map { asks in
                        plan.asksForGaps = asks
                        let trial = try Trial(configuration, plan: plan)
                        try trial.run()
                        return trial
                    }
                    let row = Row(
                        network: network, loss: loss, dataRate: dataRate, alone: Known(trials[0]),
                        asked: Known(trials[1]),
                        bound: TrialBound(
                            trials[0], dataRate: dataRate, dailyAirTime: network.dailyAirTime ?? lawfulDay),
                        violations: trials.flatMap(\.violations))
                    rows.append(row)
                    done(row)
                }
            }
        }
        return rows
    }

    package static let head = """
        known at the server, in % of the quarter-hours (of those a day old at the end)
                           without requests           with        most without any answer:  copies  bits
        network  loss  SF    1 h    24 h     end      at the end  repetition  any code      of each
        """

    package static func text(_ row: Row) -> String {
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        func share(_ count: Int, _ known: Known) -> String { percent(Double(count) / Double(max(1, known.count))) }
        return cell(row.network.rawValue, 7) + cell("\(Int(row.loss * 100)) %", 6) + cell("\(12 - row.dataRate)", 4)
            + cell(share(row.alone.inAnHour, row.alone), 7) + cell(share(row.alone.inADay, row.alone), 8)
            + cell(share(row.alone.atTheEnd, row.alone), 8) + cell(share(row.asked.atTheEnd, row.asked), 12)
            + cell(row.bound.map { percent($0.byRepetition(loss: row.loss)) } ?? "-", 14)
            + cell(row.bound.map { percent($0.byCapacity(loss: row.loss)) } ?? "-", 10)
            + cell(row.bound.map { tenths($0.copies) } ?? "-", 12)
            + cell(row.bound.map { tenths($0.bitsOfQuarter) } ?? "-", 6)
    }

    package static func json(_ row: Row) -> String {
        func share(_ count: Int, _ known: Known) -> JSONValue {
            JSONValue(FixedPoint(coefficient: Int64(count) * 1_000_000 / Int64(max(1, known.count)), decimals: 6))
        }
        func number(_ value: Double?) -> JSONValue {
            JSONValue(value.map { FixedPoint(coefficient: Int64($0 * 1_000_000), decimals: 6) })
        }
        let entry: JSONValue = [
            "network": .string(row.network.rawValue), "loss": number(row.loss),
            "spreading_factor": .number("\(12 - row.dataRate)"), "known_1h": share(row.alone.inAnHour, row.alone),
            "known_24h": share(row.alone.inADay, row.alone), "known_end": share(row.alone.atTheEnd, row.alone),
            "known_end_with_backfill": share(row.asked.atTheEnd, row.asked),
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
