import Timekeeping

/// The load of a house through the days, and of the sun on its roof: what always runs, refrigerators that switch
/// themselves, people who are asleep, away or on holiday, and what they switch on: much for a minute, or less for an hour.
///
/// The same seed gives the same house.
package struct HouseholdProfile: Sendable {
    /// What not every house has.
    package enum Comfort: Sendable {
        /// Heats the house, the more the colder it is, at a power that it finds by itself.
        case heatPump
        /// A car that is charged at night.
        case car
    }

    /// W at noon of midsummer under a clear sky; 0 for a house without panels.
    private let solarPeak: Int64
    private let comforts: Set<Comfort>
    private var random: SeededRandom
    private var sky = Sky()
    private var appliances: [Appliance]
    private var thermostats: [Thermostat]
    private let standby: [Int64]
    private var day: Int64 = -1
    /// Days from now on which nobody is at home.
    private var holiday: Int64 = 0
    /// W that the heat pump takes.
    private var heating: Int64 = 0
    /// K below the temperature at which heating begins.
    private var cold: Int64 = 0

    package init(seed: UInt64, solarPeakWatts: Int64 = 0, with comforts: Set<Comfort> = []) {
        solarPeak = solarPeakWatts
        self.comforts = comforts
        var random = SeededRandom(seed: seed)
        appliances = Appliance.household + (comforts.contains(.car) ? [Appliance.wallBox] : [])
        standby = (0..<3).map { _ in Int64.random(in: 15...50, using: &random) }
        thermostats = [
            Thermostat(phase: 0, watts: 85, on: 600...1_100, off: 1_500...2_700),
            Thermostat(phase: 1, watts: 120, on: 1_000...1_500, off: 2_600...4_200),
            Thermostat(phase: 2, watts: 45, on: 300...900, off: 300...900),
        ]
        self.random = random
    }

    /// The phases in the `seconds` that follow `time`. Call it with times that go forward.
    mutating func phases(at time: UTCInstant, for seconds: Int64) -> [MeterRegisters.Phase] {
        let second = time.secondsSince1970 % 86_400
        if time.secondsSince1970 / 86_400 != day { begin(day: time.secondsSince1970 / 86_400) }
        var phases = [MeterRegisters.Phase](repeating: MeterRegisters.Phase(), count: 3)
        for index in phases.indices {
            phases[index].activePower = standby[index] + Int64.random(in: 0...4, using: &random)
            phases[index].decivolts = 2_320 + Int64.random(in: -25...25, using: &random)
        }
        for index in thermostats.indices {
            phases[thermostats[index].phase].activePower += thermostats[index].power(for: seconds, using: &random)
        }
        for index in appliances.indices {
            let watts = appliances[index].power(second, for: seconds, isHome: holiday == 0, using: &random)
            add(watts, to: &phases, appliances[index].phase)
        }
        add(heat(second), to: &phases, nil)
        for index in phases.indices { phases[index].reactivePower = phases[index].activePower / 8 - 12 }
        if solarPeak > 0 {
            add(-sky.power(peak: solarPeak, day: day, second: second, using: &random), to: &phases, nil)
        }
        return phases
    }

    private func add(_ watts: Int64, to phases: inout [MeterRegisters.Phase], _ phase: Int?) {
        if let phase {
            phases[phase].activePower += watts
        } else {
            for index in phases.indices { phases[index].activePower += watts / 3 }
        }
    }

    private mutating func begin(day: Int64) {
        self.day = day
        if holiday > 0 {
            holiday -= 1
        } else if Int64.random(in: 0..<80, using: &random) == 0 {
            holiday = Int64.random(in: 2...9, using: &random)
        }
        // A cosine would be no better: 20 K at the turn of the year, none in summer.
        cold = max(0, abs((day + 10) % 365 - 182) * 26 / 182 - 6 + Int64.random(in: -3...3, using: &random))
    }

    /// W of the heat pump: it follows the need, rests when that is small, and thaws now and then.
    private mutating func heat(_ second: Int64) -> Int64 {
        guard comforts.contains(.heatPump), cold > 0 else { return 0 }
        let night: Int64 = second < 18_000 || second > 79_200 ? 60 : 100
        let need = cold * 110 * night / 100
        if Int64.random(in: 0..<6, using: &random) == 0 {
            heating += (need - heating) / 40 + Int64.random(in: -12...12, using: &random)
        }
        let period = second % 3_600
        // Below its least power it switches instead.
        if need < 700 { return period < 3_600 * need / 700 ? 700 : 15 }
        return period < 240 && cold > 16 ? 120 : max(0, heating)
    }
}
