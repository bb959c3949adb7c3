import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// The driver of an SX126x on a simulated chip, and the air around it.
final class SX126xBench: ChipBench {
    let world: SimulatedWorld
    let air: Air
    let chip: SX126xSimulator
    let radio: SX126x

    convenience init(
        part: SX126xChip.Part = .sx1262, oscillator: SX126xChip.OscillatorVoltage? = .mv1800, gain: Int = 0,
        identity: String = "SX1261 V2D 2D02", hasTCXO: Bool = true, withDIO1: Bool = true, withReset: Bool = true,
        margins: WindowMargins = WindowMargins()
    ) {
        self.init(
            configuration: .init(part: part, oscillator: oscillator, amplifierGain: gain, margins: margins),
            identity: identity, hasTCXO: hasTCXO, withDIO1: withDIO1, withReset: withReset)
    }

    init(
        configuration: SX126xChip.Configuration, identity: String = "SX1261 V2D 2D02", hasTCXO: Bool,
        withDIO1: Bool = true, withReset: Bool = true
    ) {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        self.world = world
        air = Air(world: world)
        chip = SX126xSimulator(
            world: world, air: air, identity: identity, isSX1261: configuration.part == .sx1261,
            isLLCC68: configuration.part == .llcc68, hasTCXO: hasTCXO)
        radio = SX126x(
            bus: chip,
            wiring: .init(
                busy: chip.busyPin, reset: withReset ? chip.resetPin : nil, dio1: withDIO1 ? chip.dio1 : nil),
            configuration: configuration, pause: { world.run(until: world.now + $0) })
    }

    func started() throws -> SX126xBench {
        try radio.start(at: world.now)
        return self
    }

    func sends() throws -> Bool {
        try radio.transmit(RadioBench.uplink(), at: world.now)
        return nextEvent()?.transmittedAt != nil
    }

    func window(after span: TimeSpan = .seconds(1), sf factor: Int = 7) throws -> ReceiveWindow {
        let window = ReceiveWindow(
            opensAt: world.now + span, frequency: 868_100_000, modulation: try RadioBench.modulation(factor))
        try radio.receive(window, at: world.now)
        return window
    }

    /// The commands since then, without what this driver asks beside the reference: whether the chip took all, whether it kept
    /// the frame, and the forgetting of old flags; and without its standby ahead of an order.
    func reference(since first: Int) -> [String] {
        let own: [[UInt8]] = [
            [0xC0, 0x00], [0x02, 0x43, 0xFF], [0x80, 0x01], [0x80, 0x00], [0x1D, 0x08, 0xAC, 0, 0],
        ]
        return chip.commands.dropFirst(first).map(\.bytes).filter { !own.contains($0) }.map(\.hex)
    }
}
