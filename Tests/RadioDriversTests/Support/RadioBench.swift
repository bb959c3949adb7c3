import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// A driver on a simulated chip, and the air around it.
final class RadioBench: ChipBench {
    let world: SimulatedWorld
    let air: Air
    let chip: SX1276Simulator
    let radio: SX127x

    init(
        version: UInt8 = 0x12, withDIO0: Bool = true, withDIO1: Bool = false, withReset: Bool = true,
        configuration: SX127x.Configuration = .init()
    ) {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        self.world = world
        air = Air(world: world)
        chip = SX1276Simulator(world: world, air: air, version: version)
        radio = SX127x(
            bus: chip, reset: withReset ? chip.resetPin : nil, dio0: withDIO0 ? chip.dio0 : nil,
            dio1: withDIO1 ? chip.dio1 : nil,
            configuration: configuration, pause: { world.run(until: world.now + $0) })
    }

    static func modulation(_ factor: Int, _ bandwidth: Modulation.Bandwidth = .khz125) throws -> Modulation {
        try #require(Modulation(spreadingFactor: factor, bandwidth: bandwidth))
    }

    static func uplink(_ bytes: Int = 23, sf factor: Int = 7, power: Int = 14) throws -> Transmission {
        Transmission(
            payload: (0..<bytes).map { UInt8($0 & 0xFF) }, frequency: 868_100_000, modulation: try modulation(factor),
            power: power)
    }

    /// The last value written to each register since access number `first`, and the FIFO's bytes.
    func written(since first: Int = 0) -> [UInt8: [UInt8]] {
        var values: [UInt8: [UInt8]] = [:]
        for access in chip.accesses.dropFirst(first) where access.isWrite { values[access.address] = access.bytes }
        return values
    }
}

extension Modulation {
    var lora: LoRa? {
        if case .lora(let lora) = self { lora } else { nil }
    }
}

extension RadioEvent {
    var frame: ReceivedFrame? {
        if case .received(let frame) = self { frame } else { nil }
    }
    var transmittedAt: MonotonicInstant? {
        if case .transmitted(let at) = self { at } else { nil }
    }
    var closedAt: MonotonicInstant? {
        if case .windowClosed(let at) = self { at } else { nil }
    }
    var failure: String? {
        switch self {
        case .transmitFailed(let reason, _), .windowFailed(let reason, _): reason
        default: nil
        }
    }
}
