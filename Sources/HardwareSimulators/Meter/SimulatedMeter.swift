package import Timekeeping

/// A Luxembourg smarty at a house: asked at a time, it gives the bytes that it would put on the line then, and knows
/// what it has counted.
package final class SimulatedMeter {
    /// What the meter had counted when it sent a telegram.
    package struct Sample: Hashable, Sendable {
        package let time: UTCInstant
        /// Wh.
        package let energyImport: Int64
        /// Wh.
        package let energyExport: Int64
    }

    /// Between two telegrams (Luxmetering 3.2.1).
    package static let interval = TimeSpan.seconds(10)

    package var dialect: LuxembourgTelegram
    package private(set) var registers: MeterRegisters
    /// One for each telegram, in order.
    package private(set) var samples: [Sample] = []

    private var household: HouseholdProfile
    private var sealer: FrameSealer?
    private var now: UTCInstant
    private var load: [MeterRegisters.Phase]
    /// Watt-seconds and var-seconds: power times time, with nothing rounded.
    private var counted = (taken: Int64(0), fed: Int64(0), inductive: Int64(0), capacitive: Int64(0))

    /// - Parameters:
    ///   - registers: what the meter had counted before; its phases are set by the household.
    ///   - sealer: encrypts the telegrams; nil for a meter that sends plain text.
    package init(
        _ dialect: LuxembourgTelegram = LuxembourgTelegram(), household: HouseholdProfile, sealer: FrameSealer?,
        registers: MeterRegisters = MeterRegisters(), startingAt start: UTCInstant
    ) {
        self.dialect = dialect
        self.household = household
        self.sealer = sealer
        self.registers = registers
        now = start
        counted = (
            registers.energyImport * 3_600, registers.energyExport * 3_600, registers.reactiveImport * 3_600,
            registers.reactiveExport * 3_600
        )
        load = self.household.phases(at: start, for: Self.interval.seconds)
        self.registers.phases = load
    }

    /// The frame (or the plain telegram) that the meter sends at `time`. Times go forward; fractions of a second
    /// are dropped.
    package func transmission(at time: UTCInstant) -> [UInt8] {
        advance(to: time)
        samples.append(
            Sample(time: time, energyImport: registers.energyImport, energyExport: registers.energyExport))
        let telegram = dialect.bytes(registers, at: time)
        return sealer?.seal(telegram) ?? telegram
    }

    /// Counts up to `time`. The load changes every ten seconds.
    package func advance(to time: UTCInstant) {
        let time = UTCInstant(secondsSince1970: time.secondsSince1970)
        let step = Self.interval.seconds
        while now < time {
            let change = UTCInstant(secondsSince1970: (now.secondsSince1970 / step + 1) * step)
            let next = min(change, time)
            count(for: (next - now).seconds)
            now = next
            if next == change { load = household.phases(at: now, for: step) }
        }
        registers.phases = load
        registers.energyImport = counted.taken / 3_600
        registers.energyExport = counted.fed / 3_600
        registers.reactiveImport = counted.inductive / 3_600
        registers.reactiveExport = counted.capacitive / 3_600
    }

    /// Energy is balanced over the phases: what one feeds in, another takes.
    private func count(for seconds: Int64) {
        let active = load.reduce(0) { $0 + $1.activePower }
        let reactive = load.reduce(0) { $0 + $1.reactivePower }
        counted.taken += max(0, active) * seconds
        counted.fed += max(0, -active) * seconds
        counted.inductive += max(0, reactive) * seconds
        counted.capacitive += max(0, -reactive) * seconds
    }
}
