import HardwareSimulators
import Testing
import Timekeeping

/// What the simulated chip radiates that is no frame, and which settings it does not accept for it.
@Suite struct SX1276CarrierTests {
    /// FSK standby, set up for a carrier of 14 dBm at 868.3 MHz.
    private func carrierBench() throws -> ChipBench {
        let bench = ChipBench()
        try bench.write(0x02, 0x1A, 0x0B, 0x00, 0x00, 0xD9, 0x13, 0x33, 0xCC)
        try bench.write(0x31, 0x00)
        try bench.write(0x40, 0xF0)
        return bench
    }

    @Test func `in continuous mode without deviation a carrier is on the air from the ramp to the next mode`() throws {
        let bench = try carrierBench()
        let begin = bench.world.now
        try bench.write(0x01, 0x0B)
        bench.pass(.hours(2))
        #expect(bench.air.carriers.count == 1 && bench.air.carriers[0].end == nil)
        try bench.write(0x01, 0x09)
        let carrier = bench.air.carriers[0]
        #expect(carrier.start == begin + .microseconds(120) && carrier.end == bench.world.now)
        #expect(abs(carrier.frequency - 868_300_000) < 61 && carrier.power == 14 && !carrier.followsPacket)
        #expect(bench.chip.violations == [] && bench.air.transmissions.isEmpty)
    }

    @Test func `a reset and a supply that dips end it`() throws {
        let bench = try carrierBench()
        try bench.write(0x01, 0x0B)
        bench.pass(.seconds(1))
        bench.chip.brownOut()
        #expect(bench.air.carriers.map(\.end) == [bench.world.now])
    }

    @Test(
        arguments: [
            (0x05, 0x10, "modulation"), (0x01, 0x29, "modulation"), (0x40, 0x00, "clock edge"),
            (0x40, 0xC0, "clock edge"),
            (0x4D, 0x87, "1 %"), (0x06, 0xC0, "bands"), (0x06, 0x90, "bands"),
        ] as [(UInt8, UInt8, String)])
    func `settings that make something else of it are noticed`(address: UInt8, value: UInt8, text: String) throws {
        let bench = try carrierBench()
        if address == 0x4D {
            try bench.write(0x09, 0xCF)
            try bench.write(0x0B, 0x31)
        }
        try bench.write(address, value)
        try bench.write(0x01, address == 0x01 ? value | 0x03 : 0x0B)
        #expect(bench.chip.violations.count == 1 && bench.chip.violations[0].contains(text), "\(bench.chip.violations)")
    }

    @Test func `behind an FSK packet preamble is sent on until the mode is changed`() throws {
        let bench = ChipBench()
        try bench.write(0x02, 0x02, 0x80, 0x01, 0x99, 0xD9, 0x33, 0x33)
        try bench.write(0x25, 0, 5, 0x12, 0xC1, 0x94, 0xC1)
        try bench.write(0x30, 0xD8, 0x40, 0xFF)
        _ = try bench.chip.transfer([0x80, 3, 1, 2, 3])
        try bench.write(0x01, 0x0B)
        bench.pass(.milliseconds(30))
        let packet = try #require(bench.air.transmissions.first)
        #expect(bench.air.carriers.map(\.followsPacket) == [true] && bench.air.carriers[0].start == packet.end)
        try bench.write(0x01, 0x08)
        #expect(bench.air.carriers[0].end == bench.world.now)
        #expect(bench.chip.violations == [])
    }
}
