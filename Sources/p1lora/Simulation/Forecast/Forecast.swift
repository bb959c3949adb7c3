import Timekeeping
import UplinkBridge

/// What the planner will do in the next 24 hours, and how likely each of their quarter-hours arrives: the production code in
/// virtual time, once for the schedule and several times for each loss.
struct Forecast {
    /// A quarter-hour of one meter.
    struct Chance {
        let meter: Int
        let start: UTCInstant
        /// In the order of ``Forecast/losses``, 0 to 1.
        var arrives: [Double]
    }

    static let losses = [0.1, 0.2, 0.3]
    /// Of the schedule that is shown.
    static let shownLoss = 0.2
    /// Before the day, so that losses are known and purses are in use, and after it, for what is sent again.
    private static let (daysBefore, daysAfter): (Int64, Int64) = (1, 2)

    let configuration: BridgeConfiguration
    let begin: UTCInstant
    let dataRate: UInt8?
    /// What goes out in the 24 hours.
    let steps: [TrialStep]
    let chances: [Chance]

    /// - Parameters:
    ///   - begin: a quarter-hour.
    ///   - runs: simulations for each loss.
    init(
        _ configuration: BridgeConfiguration, from begin: UTCInstant, dataRate: UInt8?, seed: UInt64, runs: Int
    ) throws {
        self.configuration = configuration
        self.begin = begin
        self.dataRate = dataRate
        func run(_ loss: Double, seed: UInt64) throws -> Trial {
            var plan = TrialPlan(days: Self.daysBefore + 1 + Self.daysAfter)
            (plan.loss, plan.dataRate, plan.seed) = (.independent(loss), dataRate, seed)
            plan.asksForGaps = false
            plan.start = begin - .hours(24 * Self.daysBefore)
            plan.telegramEvery = .minutes(5)
            let trial = try Trial(configuration, plan: plan)
            try trial.run()
            return trial
        }
        let end = begin + .hours(24)
        steps = try run(Self.shownLoss, seed: seed).steps.filter { $0.at >= begin && $0.at < end }
        let first = Int(Self.daysBefore) * 96
        var chances: [Chance] = []
        for (index, loss) in Self.losses.enumerated() {
            for run in try (0..<runs).map({ try run(loss, seed: seed &+ UInt64($0)) }) {
                if chances.isEmpty {
                    chances = run.ledger.books.indices.filter { !run.ledger.books[$0].isEmpty }.flatMap { meter in
                        (0..<96).map { quarter in
                            Chance(
                                meter: meter, start: begin + .minutes(15) * Int64(quarter),
                                arrives: Self.losses.map { _ in 0 })
                        }
                    }
                }
                for at in chances.indices {
                    let quarter = first + at % 96
                    let missing = run.steps.reduce(1.0) { chance, step in
                        step.decision.uplink.meter == chances[at].meter && step.quarters.contains(quarter)
                            ? chance * step.chanceOfLoss(loss) : chance
                    }
                    chances[at].arrives[index] += (1 - missing) / Double(runs)
                }
            }
        }
        self.chances = chances
    }
}
