/// Something in a house that takes power: switched on by somebody, or by itself, it runs through its stages.
struct Appliance {
    /// A part of a run: so long, at such a power, in a part of the time when a thermostat switches it.
    struct Stage {
        var seconds: ClosedRange<Int64>
        var watts: Int64
        /// Percent of each minute that it is on.
        var duty: Int64 = 100
    }

    /// When it is used.
    enum Use {
        /// Around the clock, also when nobody is at home.
        case always
        /// When people are awake, the more the busier they are.
        case awake
        /// Around seven, noon and seven in the evening.
        case meals
        /// From sunset on.
        case evening
        /// From ten in the evening on.
        case night
    }

    /// Nil takes a third from each.
    let phase: Int?
    let use: Use
    /// Runs in ten days.
    let runs: Int64
    let stages: [Stage]

    private var stage: Int?
    private var left: Int64 = 0
    /// Percent of the stages' power in this run: no two are alike.
    private var share: Int64 = 100

    init(phase: Int?, _ use: Use, runs: Int64, _ stages: Stage...) {
        self.phase = phase
        self.use = use
        self.runs = runs
        self.stages = stages
    }

    /// W in the `seconds` from `second` of the day on.
    mutating func power(_ second: Int64, for seconds: Int64, isHome: Bool, using random: inout SeededRandom) -> Int64 {
        if stage == nil, isHome || use == .always {
            // Weights of a day add up to about 86 400 x 100.
            let odds = Int64.random(in: 0..<86_400 * 1_000, using: &random)
            if odds < runs * weight(second) * seconds { begin(0, using: &random) }
        }
        guard let current = stage else { return 0 }
        left -= seconds
        if left <= 0 { begin(current + 1, using: &random) }
        guard second % 60 < stages[current].duty * 60 / 100 else { return 0 }
        return stages[current].watts * share / 100
    }

    private mutating func begin(_ next: Int, using random: inout SeededRandom) {
        guard next < stages.count else {
            stage = nil
            return
        }
        if next == 0 { share = Int64.random(in: 80...115, using: &random) }
        stage = next
        left = Int64.random(in: stages[next].seconds, using: &random)
    }

    /// Percent of the mean of a day.
    private func weight(_ second: Int64) -> Int64 {
        let halfHour = second / 1_800
        return switch use {
        case .always: 100
        case .awake:
            switch halfHour {
            case 0..<12: 8
            case 12..<17: 160
            case 17..<33: 90
            case 33..<44: 190
            default: 80
            }
        case .meals:
            switch halfHour {
            case 13..<16: 300
            case 23..<26: 350
            case 35..<40: 550
            default: 15
            }
        case .evening: (33..<46).contains(halfHour) ? 340 : 8
        case .night: (44..<48).contains(halfHour) ? 1_200 : 0
        }
    }
}

extension Appliance {
    /// What every house has.
    static let household = [
        // Lamps and screens, in rooms of their own.
        Appliance(phase: 0, .evening, runs: 60, Stage(seconds: 900...14_400, watts: 25)),
        Appliance(phase: 1, .evening, runs: 40, Stage(seconds: 1_800...14_400, watts: 60)),
        Appliance(phase: 2, .awake, runs: 30, Stage(seconds: 1_800...10_800, watts: 110)),
        Appliance(phase: 2, .awake, runs: 20, Stage(seconds: 3_600...21_600, watts: 70)),
        // Kettle, coffee, microwave, hair dryer, vacuum cleaner, iron.
        Appliance(phase: 1, .awake, runs: 55, Stage(seconds: 60...240, watts: 2_050)),
        Appliance(phase: 1, .meals, runs: 25, Stage(seconds: 60...420, watts: 1_250)),
        Appliance(phase: 0, .awake, runs: 8, Stage(seconds: 180...600, watts: 1_500)),
        Appliance(phase: 0, .awake, runs: 3, Stage(seconds: 600...2_400, watts: 900)),
        Appliance(phase: 2, .awake, runs: 2, Stage(seconds: 1_200...3_600, watts: 2_000, duty: 40)),
        // Hob and oven, which heat up and then hold.
        Appliance(
            phase: 2, .meals, runs: 13, Stage(seconds: 200...500, watts: 1_800),
            Stage(seconds: 600...2_000, watts: 1_500, duty: 45)),
        Appliance(
            phase: 0, .meals, runs: 4, Stage(seconds: 500...800, watts: 2_500),
            Stage(seconds: 1_200...3_000, watts: 2_500, duty: 35)),
        // Dishwasher, washing machine, dryer.
        Appliance(
            phase: 1, .evening, runs: 6, Stage(seconds: 300...600, watts: 60),
            Stage(seconds: 900...1_200, watts: 2_000),
            Stage(seconds: 1_800...3_000, watts: 70), Stage(seconds: 600...900, watts: 1_950)),
        Appliance(
            phase: 2, .awake, runs: 5, Stage(seconds: 240...400, watts: 90), Stage(seconds: 700...1_500, watts: 2_050),
            Stage(seconds: 2_400...3_600, watts: 160), Stage(seconds: 400...700, watts: 420)),
        Appliance(
            phase: 0, .awake, runs: 3, Stage(seconds: 2_700...5_400, watts: 2_300, duty: 80),
            Stage(seconds: 300...600, watts: 200)),
    ]

    /// A wall box: 11 kW until what was driven is charged again, slower at the end.
    static let wallBox = Appliance(
        phase: nil, .night, runs: 5, Stage(seconds: 2_400...9_000, watts: 11_000),
        Stage(seconds: 600...1_500, watts: 4_200))
}
