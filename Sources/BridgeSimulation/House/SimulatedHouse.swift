package import HardwareSimulators
package import Timekeeping

/// What the meter of a house shows, asked at times that go forward.
protocol SimulatedHouse: AnyObject {
    func registers(at time: UTCInstant) -> MeterRegisters
}

/// A house that a seed furnishes: with panels or without, with a heat pump or a car or neither.
final class SyntheticHouse: SimulatedHouse {
    private let meter: SimulatedMeter

    init(seed: UInt64, startingAt start: UTCInstant) {
        var random = SeededRandom(seed: seed)
        let panels: Int64 = [0, 4_000, 8_000].randomElement(using: &random) ?? 0
        var comforts: Set<HouseholdProfile.Comfort> = []
        if Int.random(in: 0..<3, using: &random) == 0 { comforts.insert(.heatPump) }
        if Int.random(in: 0..<3, using: &random) == 0 { comforts.insert(.car) }
        var registers = MeterRegisters()
        registers.energyImport = 12_345_678
        registers.energyExport = 4_321_098
        meter = SimulatedMeter(
            household: HouseholdProfile(seed: seed, solarPeakWatts: panels, with: comforts), sealer: nil,
            registers: registers, startingAt: start)
    }

    func registers(at time: UTCInstant) -> MeterRegisters {
        meter.advance(to: time)
        return meter.registers
    }
}

/// A house whose quarter-hours are given; after the last one the first comes again.
package final class RecordedHouse: SimulatedHouse {
    /// What one quarter-hour took and fed in, in Wh.
    package struct Quarter: Hashable {
        package var imported: Int64
        package var exported: Int64

        package init(imported: Int64, exported: Int64) {
            self.imported = imported
            self.exported = exported
        }
    }

    private let quarters: [Quarter]
    private let start: UTCInstant
    private var done = 0
    private var counted = Quarter(imported: 12_345_678, exported: 4_321_098)

    /// - Parameter quarters: one at least.
    package init(_ quarters: [Quarter], startingAt start: UTCInstant) {
        self.quarters = quarters
        self.start = start
    }

    package func registers(at time: UTCInstant) -> MeterRegisters {
        let seconds = (time - start).seconds
        while done < seconds / 900 {
            counted.imported += current.imported
            counted.exported += current.exported
            done += 1
        }
        var registers = MeterRegisters()
        registers.energyImport = counted.imported + current.imported * (seconds % 900) / 900
        registers.energyExport = counted.exported + current.exported * (seconds % 900) / 900
        registers.phases[0].activePower = (current.imported - current.exported) * 4
        return registers
    }

    private var current: Quarter { quarters[done % quarters.count] }
}
