import HardwareInterfaces
import HardwareSimulators
import Timekeeping

/// A chip driven by hand, register by register.
final class ChipBench {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
    let air: Air
    let chip: SX1276Simulator

    init() {
        air = Air(world: world)
        chip = SX1276Simulator(world: world, air: air)
    }

    func write(_ address: UInt8, _ bytes: UInt8...) throws { _ = try chip.transfer([address | 0x80] + bytes) }
    func read(_ address: UInt8, count: Int = 1) throws -> [UInt8] {
        Array(try chip.transfer([address] + [UInt8](repeating: 0, count: count)).dropFirst())
    }
    func pass(_ span: TimeSpan) { world.run(until: world.now + span) }

    /// LoRa standby at 868.1 MHz, SF7, 125 kHz, public sync word.
    func enterLoRa() throws {
        try write(0x01, 0x08)
        try write(0x01, 0x88)
        try write(0x01, 0x89)
        try write(0x06, 0xD9, 0x06, 0x66)
        try write(0x09, 0xCC)
        try write(0x1E, 0x74)
        try write(0x39, 0x34)
    }

    func loadFrame(_ bytes: [UInt8]) throws {
        try write(0x0E, 0)
        try write(0x0D, 0)
        try write(0x22, UInt8(bytes.count))
        _ = try chip.transfer([0x80] + bytes)
    }

    func setUpReception(symbols: UInt8 = 100) throws {
        try write(0x1E, 0x70)
        try write(0x1F, symbols)
        try write(0x33, 0x67)
        try write(0x3B, 0x19)
        try write(0x0F, 0)
        try write(0x12, 0xFF)
    }

    func downlink(after span: TimeSpan = .zero, _ change: (inout AirTransmission) -> Void = { _ in }) {
        var frame = AirTransmission(
            payload: [1, 2, 3, 4, 5], frequency: 868_100_000, spreadingFactor: 7, bandwidth: 125_000, invertedIQ: true,
            hasCRC: false, start: world.now + span)
        change(&frame)
        air.transmit(frame)
    }
}
