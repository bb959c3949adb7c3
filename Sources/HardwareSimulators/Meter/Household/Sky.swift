/// The sun on a roof in 50 degrees north: its way through the year, and clouds that come and go.
struct Sky {
    private enum Weather: Int, CaseIterable {
        case clear, broken, overcast
    }

    private var weather = Weather.broken
    /// Percent of the sun that the clouds let through.
    private var clearness: Int64 = 70

    /// W of panels with so many at noon of midsummer under a clear sky.
    mutating func power(peak: Int64, day: Int64, second: Int64, using random: inout SeededRandom) -> Int64 {
        change(using: &random)
        // A parabola over the year: 8 h of light at the turn of the year, 16 h in summer.
        let fromWinter = abs((day + 10) % 365 - 182)
        let height = 1_000 - fromWinter * fromWinter * 1_000 / (182 * 182)
        let half = (8 * 3_600 + 8 * 3_600 * height / 1_000) / 2
        let fromNoon = abs(second - 43_200)
        guard fromNoon < half else { return 0 }
        let sun = (half - fromNoon) * (half + fromNoon) * 1_000 / (half * half)
        return peak * sun / 1_000 * (350 + height * 650 / 1_000) / 1_000 * clearness / 100
    }

    private mutating func change(using random: inout SeededRandom) {
        let dice = Int64.random(in: 0..<3_000, using: &random)
        if dice < 3 { weather = Weather.allCases[Int(dice)] }
        let (aim, jump): (Int64, Int64) =
            switch weather {
            case .clear: (97, 1)
            // A cloud passes in a minute or two.
            case .broken: (dice % 12 == 0 ? Int64.random(in: 15...100, using: &random) : clearness, 12)
            case .overcast: (22, 2)
            }
        clearness += min(jump, max(-jump, aim - clearness)) + Int64.random(in: -1...1, using: &random)
        clearness = min(100, max(5, clearness))
    }
}
