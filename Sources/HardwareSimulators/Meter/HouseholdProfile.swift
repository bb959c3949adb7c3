import Timekeeping

/// The load of a house through the day, and of the sun on its roof: a base load, a refrigerator, more people awake in
/// the morning and the evening, and appliances that come and go.
///
/// The same seed gives the same house.
public struct HouseholdProfile: Sendable {
    private struct Appliance {
        let watts: Int64
        let phase: Int
        /// Typical run, seconds.
        let run: Int64
        /// Chances in 10 000 to be switched on within ten seconds, at the busiest time.
        let chance: Int64
        var remaining: Int64 = 0
    }

    /// W at noon under a clear sky; 0 for a house without panels.
    private let solarPeak: Int64
    private var random: SeededRandom
    /// Percent of the sun that the clouds let through.
    private var clearness: Int64 = 70
    private var appliances = [
        Appliance(watts: 90, phase: 0, run: 900, chance: 60),
        Appliance(watts: 2_100, phase: 1, run: 180, chance: 25),
        Appliance(watts: 1_800, phase: 2, run: 2_400, chance: 6),
        Appliance(watts: 2_200, phase: 0, run: 3_600, chance: 3),
        Appliance(watts: 350, phase: 1, run: 7_200, chance: 10),
    ]

    public init(seed: UInt64, solarPeakWatts: Int64 = 0) {
        solarPeak = solarPeakWatts
        random = SeededRandom(seed: seed)
    }

    /// The phases in the `seconds` that follow `time`. Call it with times that go forward.
    mutating func phases(at time: UTCInstant, for seconds: Int64) -> [MeterRegisters.Phase] {
        let secondOfDay = time.secondsSince1970 % 86_400
        var phases = [MeterRegisters.Phase](repeating: MeterRegisters.Phase(), count: 3)
        for index in phases.indices {
            phases[index].activePower = 40 + Int64.random(in: 0...15, using: &random)
            phases[index].decivolts = 2_320 + Int64.random(in: -25...25, using: &random)
        }
        let activity = Self.activity(secondOfDay)
        for index in appliances.indices {
            if appliances[index].remaining <= 0 {
                let odds = Int64.random(in: 0..<1_000_000, using: &random)
                if odds < appliances[index].chance * activity * seconds / 10 {
                    let run = appliances[index].run
                    appliances[index].remaining = Int64.random(in: run / 2...run * 3 / 2, using: &random)
                }
            }
            guard appliances[index].remaining > 0 else { continue }
            appliances[index].remaining -= seconds
            phases[appliances[index].phase].activePower += appliances[index].watts
        }
        for index in phases.indices {
            phases[index].reactivePower = phases[index].activePower / 8 - 12
        }
        let sun = solar(secondOfDay)
        for index in phases.indices { phases[index].activePower -= sun / 3 }
        return phases
    }

    /// How busy the house is, in percent: asleep, breakfast, away, evening.
    private static func activity(_ secondOfDay: Int64) -> Int64 {
        switch secondOfDay / 1_800 {
        case 0..<11: 8
        case 11..<16: 80
        case 16..<23: 30
        case 23..<26: 60
        case 26..<33: 30
        case 33..<43: 100
        default: 40
        }
    }

    /// W, a parabola from six to twenty o'clock, behind clouds that drift.
    private mutating func solar(_ secondOfDay: Int64) -> Int64 {
        guard solarPeak > 0 else { return 0 }
        clearness = min(100, max(10, clearness + Int64.random(in: -2...2, using: &random)))
        let (rise, set): (Int64, Int64) = (6 * 3_600, 20 * 3_600)
        guard secondOfDay > rise, secondOfDay < set else { return 0 }
        let half = (set - rise) / 2
        let height = (secondOfDay - rise) * (set - secondOfDay) * 1_000 / (half * half)
        return solarPeak * height / 1_000 * clearness / 100
    }
}
