import HardwareSimulators
import Timekeeping

/// Which frames the air loses, up and down.
package enum LossPattern: Hashable {
    /// Each frame with this chance, whatever became of the others.
    case independent(Double)
    /// Losses that come together (Gilbert and Elliott): in the good state 3 % of the frames are lost, in the bad one
    /// 90 %. Each quarter-hour the good state turns bad once in 24, and the bad one good once in 6: six hours and an
    /// hour and a half in the mean, and a fifth of all frames lost.
    case bursts

    private static let good = (loss: 0.03, turns: 24)
    private static let bad = (loss: 0.9, turns: 6)

    /// Lets the air lose frames so from now on.
    func begin(in air: Air, seed: UInt64) {
        switch self {
        case .independent(let loss): air.lossProbability = loss
        case .bursts: BurstWeather(air: air, seed: seed).change()
        }
    }

    private final class BurstWeather {
        private let air: Air
        private var random: SeededRandom
        private var isGood = true

        init(air: Air, seed: UInt64) {
            self.air = air
            random = SeededRandom(seed: seed ^ 0x9E37_79B9_7F4A_7C15)
        }

        func change() {
            let state = isGood ? LossPattern.good : LossPattern.bad
            if Int.random(in: 0..<state.turns, using: &random) == 0 { isGood.toggle() }
            air.lossProbability = isGood ? LossPattern.good.loss : LossPattern.bad.loss
            air.world.schedule(after: .minutes(15)) { [self] in change() }
        }
    }
}

extension LossPattern {
    /// "bursts", or the chance of each frame to be lost, 0 up to but not 1.
    package init?(_ argument: String) {
        if argument == "bursts" {
            self = .bursts
        } else if let loss = Double(argument), (0..<1).contains(loss) {
            self = .independent(loss)
        } else {
            return nil
        }
    }
}

extension LossPattern: CustomStringConvertible {
    package var description: String {
        switch self {
        case .independent(let loss): "\(Int((loss * 100).rounded())) % lost"
        case .bursts: "lost in bursts"
        }
    }
}
