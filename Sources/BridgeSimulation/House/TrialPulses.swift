import BridgeConfiguration
import HardwareInterfaces
import HardwareSimulators
import MeterValues
import SmartMeter
import Timekeeping
import UplinkBridge

/// A pulse input of the configuration, and the meter whose pulses come there.
final class TrialPulses {
    let configuration: PulseConfiguration
    private let pin = SimulatedEdgePin()
    private let house: any SimulatedHouse
    private let world: SimulatedWorld
    private var pulses: Int64 = 0
    private var first: Int64?

    /// Both levels outlast any bounce, and no pulse is near the boundary of a quarter-hour, so that what the meter shows
    /// there is beyond doubt.
    private static let rhythm = (
        every: TimeSpan.minutes(1), offset: TimeSpan.seconds(20), level: TimeSpan.milliseconds(30)
    )
    private static let mostInAMinute: Int64 = 500

    init(_ configuration: PulseConfiguration, house: any SimulatedHouse, world: SimulatedWorld) {
        self.configuration = configuration
        self.house = house
        self.world = world
        drive(false)
    }

    func line(saved: PulseCounter.State?) -> PulseLine {
        PulseLine(
            number: configuration.number, input: configuration.input, saved: saved,
            isActiveLow: configuration.isActiveLow, at: world.now
        ) { [pin] () throws(HardwareError) -> any EdgePin in pin }
    }

    /// What the meter shows, in its register.
    var shown: MeterRegisters {
        var registers = MeterRegisters()
        let value = configuration.input.start.coefficient + pulses * 1_000 / configuration.input.pulsesPerUnit
        switch configuration.input.code {
        case CountedRegister.exported.code: registers.energyExport = value
        default: registers.energyImport = value
        }
        return registers
    }

    /// Lets the pulses come, for ever.
    /// - Parameter shown: called at each quarter-hour.
    func start(_ shown: @escaping (MeterRegisters, UTCInstant) -> Void) {
        world.schedule(after: Self.rhythm.offset) { [self] in pulse() }
        tell(shown)
    }

    private func tell(_ shown: @escaping (MeterRegisters, UTCInstant) -> Void) {
        shown(self.shown, world.clock.utc)
        world.schedule(after: QuarterHour.length) { [self] in tell(shown) }
    }

    private func pulse() {
        world.schedule(after: Self.rhythm.every) { [self] in pulse() }
        let counted = house.registers(at: world.clock.utc).energyImport
        let begin = first ?? counted
        first = begin
        let due = (counted - begin) * configuration.input.pulsesPerUnit / 1_000 - pulses
        let count = min(max(0, due), Self.mostInAMinute)
        pulses += count
        for index in 0..<count {
            let at = world.now + Self.rhythm.level * (2 * index + 1)
            world.schedule(at: at) { [self] in drive(true) }
            world.schedule(at: at + Self.rhythm.level) { [self] in drive(false) }
        }
    }

    private func drive(_ active: Bool) { pin.drive(active != configuration.isActiveLow, at: world.now) }
}
