import HardwareInterfaces
import HardwareSimulators
import RadioDrivers
import Testing
import Timekeeping

@Suite struct SX127xStartTests {
    @Test func `start resets, calibrates in both bands and leaves the chip asleep in LoRa mode`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        #expect(bench.chip.resets == 1)
        #expect(bench.chip.imageCalibrations.map { ($0 + 500_000) / 1_000_000 } == [434, 868])
        #expect(bench.chip.register(0x01) == 0x88)
        #expect(bench.chip.register(0x39) == 0x34)
        #expect(bench.chip.violations == [])
    }

    @Test func `a board without a reset line starts from any mode`() throws {
        let bench = RadioBench(withReset: false)
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        try bench.radio.start(at: bench.world.now)
        #expect(bench.chip.register(0x01) == 0x88)
        #expect(bench.chip.resets == 0)
        #expect(bench.chip.violations == [])
    }

    @Test(arguments: [
        (UInt8(0x00), "no power"), (0xFF, "MISO is not wired"), (0x55, "reads 0x55"),
    ])
    func `a wrong version says what is most likely the matter`(version: UInt8, words: String) {
        let bench = RadioBench(version: version)
        let error = #expect(throws: RadioError.self) { try bench.radio.start(at: bench.world.now) }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: [UInt8(0x11), 0x13])
    func `clones with their own version are taken`(version: UInt8) throws {
        let bench = RadioBench(version: version)
        try bench.radio.start(at: bench.world.now)
    }

    @Test func `a chip that answers but takes nothing points to MOSI`() {
        let bench = RadioBench()
        bench.chip.faults.losesWrites = true
        let error = #expect(throws: RadioError.self) { try bench.radio.start(at: bench.world.now) }
        #expect(error?.message.contains("MOSI") == true)
    }

    @Test func `a dead bus and a refused transfer are told apart`() {
        let bench = RadioBench()
        bench.chip.faults.busReads = 0xFF
        var error = #expect(throws: RadioError.self) { try bench.radio.start(at: bench.world.now) }
        #expect(error?.message.contains("chip select") == true)
        bench.chip.faults.busReads = nil
        bench.chip.faults.busError = HardwareError(.notPermitted, device: "/dev/spidev0.0", message: "join group spi")
        error = #expect(throws: RadioError.self) { try bench.radio.start(at: bench.world.now) }
        #expect(error?.message.contains("join group spi") == true)
    }
}
