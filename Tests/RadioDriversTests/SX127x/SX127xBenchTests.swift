import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// What bench work and the doctor ask the chip.
@Suite struct SX127xBenchTests {
    private func started() throws -> RadioBench {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        return bench
    }

    @Test func `every register is read and those that the driver uses are named`() throws {
        let bench = try started()
        let registers = try bench.radio.registers(at: bench.world.now)
        #expect(registers.map(\.address) == Array(0x01...0x70))
        #expect(registers.first { $0.name == "Version" }?.value == 0x12)
        let sync = registers.first { $0.address == 0x39 }
        #expect(sync?.name == "Sync Word" && sync?.value == 0x34)
        #expect(bench.chip.violations == [] && bench.chip.register(0x01) == 0x88)
    }

    @Test(arguments: [-40, 0, 25, 85]) func `the temperature is the sensor's`(degrees: Int) throws {
        let bench = try started()
        bench.chip.temperature = degrees
        #expect(try bench.radio.temperature(at: bench.world.now) == degrees)
        #expect(bench.chip.violations == [] && bench.chip.register(0x01) == 0x88)
        // It still sends and listens.
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
    }

    @Test func `the strength of a channel is that of its signal, or of the noise`() throws {
        let bench = try started()
        let modulation = try RadioBench.modulation(7)
        func strength() throws -> Int {
            try bench.radio.channelStrength(frequency: 868_100_000, modulation: modulation, at: bench.world.now)
        }
        #expect(try strength() == -117)
        bench.downlink([UInt8](repeating: 0, count: 50), at: bench.world.now)
        bench.world.run(until: bench.world.now + .milliseconds(1))
        #expect(try strength() == -96)
        #expect(bench.chip.violations == [] && bench.chip.register(0x01) == 0x88)
    }

    @Test func `a preamble on the channel is detected, another spreading factor's is not`() throws {
        let bench = try started()
        for (factor, isHeard) in [(9, true), (8, false)] {
            bench.downlink(at: bench.world.now, sf: 9)
            bench.world.run(until: bench.world.now + .milliseconds(1))
            let modulation = try RadioBench.modulation(factor)
            #expect(
                try bench.radio.hearsPreamble(
                    frequency: 868_100_000, modulation: modulation, at: bench.world.now) == isHeard)
            bench.world.run(until: bench.world.now + .seconds(2))
        }
        #expect(bench.chip.violations == [])
    }

    @Test(arguments: [true, false]) func `a monitor hears what devices send, or what gateways send`(uplinks: Bool)
        throws
    {
        let bench = try started()
        try bench.radio.monitor(
            frequency: 868_100_000, modulation: try RadioBench.modulation(7), uplinks: uplinks, at: bench.world.now)
        for (index, isInverted) in [true, false, true].enumerated() {
            bench.downlink([UInt8(index)], at: bench.world.now + .milliseconds(100)) {
                $0.invertedIQ = isInverted
                $0.hasCRC = !isInverted
            }
            #expect(
                bench.nextEvent(within: .seconds(2))?.frame?.payload == (isInverted != uplinks ? [UInt8(index)] : nil))
        }
        #expect(bench.chip.violations == [])
    }

    @Test func `nothing is asked of a chip that is sending, and a dead bus is explained`() throws {
        let bench = try started()
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(throws: RadioError.self) { try bench.radio.temperature(at: bench.world.now) }
        #expect(bench.nextEvent()?.transmittedAt != nil)
        bench.chip.faults.busReads = 0xFF
        let error = #expect(throws: RadioError.self) { try bench.radio.registers(at: bench.world.now) }
        #expect(error?.message.contains("chip select") == true)
    }
}
