package import BridgeConfiguration
import BridgePlanning
package import Timekeeping

/// What the planner will do in the next 24 hours, and how likely each of their quarter-hours arrives: the production code in
/// virtual time, once for the schedule and several times for each loss.
package struct Forecast {
    /// A quarter-hour of one meter.
    package struct Chance {
        package let meter: Int
        package let start: UTCInstant
        /// In the order of ``Forecast/losses``, 0 to 1.
        package var arrives: [Double]
    }

    package static let losses = [0.1, 0.2, 0.3]
    /// Of the schedule that is shown.
    package static let shownLoss = 0.2
    /// Before the day, so that losses are known and air-time is spent, and after it, for what is sent again.
    private static let (daysBefore, daysAfter): (Int64, Int64) = (1, 2)

    package let configuration: BridgeConfiguration
    package let begin: UTCInstant
    package let dataRate: UInt8?
    /// What goes out in the 24 hours.
    package let steps: [TrialStep]
    package let chances: [Chance]

    /// What a simulation tells of the plan.
    private struct Outcome: Sendable {
        let steps: [TrialStep]
        /// Those whose quarter-hours are followed.
        let meters: [Int]
    }

    /// - Parameters:
    ///   - begin: a quarter-hour.
    ///   - runs: simulations for each loss; they run side by side on the machine's cores.
    ///   - progress: how many of how many are done.
    package init(
        _ configuration: BridgeConfiguration, from begin: UTCInstant, dataRate: UInt8?, seed: UInt64, runs: Int,
        progress: (Int, Int) -> Void
    ) async throws {
        self.configuration = configuration
        self.begin = begin
        self.dataRate = dataRate
        let outcomes = try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            let all = Self.losses.count * runs
            for number in 0..<all {
                group.addTask {
                    (
                        number,
                        try Self.simulate(
                            configuration, from: begin, dataRate: dataRate, loss: Self.losses[number / runs],
                            seed: seed &+ UInt64(number % runs))
                    )
                }
            }
            var outcomes = [Outcome?](repeating: nil, count: all)
            progress(0, all)
            for try await (number, outcome) in group {
                outcomes[number] = outcome
                progress(outcomes.count { $0 != nil }, all)
            }
            return outcomes.compactMap(\.self)
        }
        let end = begin + .hours(24)
        let shown = Self.losses.firstIndex(of: Self.shownLoss).map { outcomes[$0 * runs] }
        steps = (shown?.steps ?? []).filter { $0.at >= begin && $0.at < end }
        chances = Self.chances(outcomes, runs: runs, begin: begin)
    }

    private static func simulate(
        _ configuration: BridgeConfiguration, from begin: UTCInstant, dataRate: UInt8?, loss: Double, seed: UInt64
    ) throws -> Outcome {
        var plan = TrialPlan(days: daysBefore + 1 + daysAfter)
        (plan.loss, plan.dataRate, plan.seed) = (.independent(loss), dataRate, seed)
        plan.asksForGaps = false
        plan.isAudited = false
        plan.start = begin - .hours(24 * daysBefore)
        plan.telegramEvery = .minutes(5)
        let trial = try Trial(configuration, plan: plan)
        try trial.run()
        let books = trial.ledger.books
        return Outcome(steps: trial.steps, meters: books.indices.filter { !books[$0].isEmpty })
    }

    private static func chances(_ outcomes: [Outcome], runs: Int, begin: UTCInstant) -> [Chance] {
        let first = Int(daysBefore) * 96
        return (outcomes.first?.meters ?? []).flatMap { meter in
            (0..<96).map { quarter in
                let arrives = losses.indices.map { index in
                    outcomes[index * runs..<(index + 1) * runs].reduce(0) { sum, outcome in
                        sum + 1 - chanceOfLoss(of: first + quarter, meter, outcome.steps, loss: losses[index])
                    } / Double(runs)
                }
                return Chance(meter: meter, start: begin + .minutes(15) * Int64(quarter), arrives: arrives)
            }
        }
    }

    /// That none of its copies arrives.
    private static func chanceOfLoss(of quarter: Int, _ meter: Int, _ steps: [TrialStep], loss: Double) -> Double {
        steps.reduce(1) { chance, step in
            step.decision.uplink.meter == meter && step.quarters.contains(quarter)
                ? chance * step.chanceOfLoss(loss) : chance
        }
    }
}
