import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// A carrier without modulation: what is on the air, how it ends, and that it ends whatever happens.
@Suite struct SX127xCarrierTests {
    private static let order = Carrier(frequency: 868_300_000, power: 10, duration: .seconds(8))

    private func radiating(_ bench: RadioBench, _ carrier: Carrier = order) throws -> RadioBench {
        try bench.radio.start(at: bench.world.now)
        try bench.radio.radiate(carrier, at: bench.world.now)
        return bench
    }

    /// How long the first carrier has been on.
    private func duration(_ bench: RadioBench) -> TimeSpan {
        bench.air.carriers.first?.duration(until: bench.world.now) ?? .zero
    }

    @Test(arguments: [UInt8(0x12), 0x22])
    func `a carrier lasts as long as ordered, on its frequency, at its power, and frames follow as ever`(version: UInt8)
        throws
    {
        let bench = try radiating(RadioBench(version: version))
        let began = bench.world.now
        let end = try #require(bench.nextEvent()?.transmittedAt)
        #expect(end == began + .seconds(8))
        let carrier = try #require(bench.air.carriers.first)
        #expect(abs(carrier.frequency - 868_300_000) < 61 && carrier.power == 10 && !carrier.followsPacket)
        #expect(carrier.end == end && duration(bench) >= .milliseconds(7_999))
        #expect(bench.air.transmissions.isEmpty)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        try bench.radio.transmit(
            Transmission(payload: [1, 2, 3], frequency: 868_800_000, modulation: .fsk, power: 14), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.air.transmissions.map(\.isCorrupt) == [false, false])
        #expect(bench.chip.violations == [] && bench.radio.counters.resets == 0)
    }

    @Test func `the chip is set up as LoRaMac-node does: FSK, no deviation, continuous mode, no pin mapped`() throws {
        let bench = try radiating(RadioBench())
        for (address, value): (UInt8, UInt8) in [
            (0x01, 0x0B), (0x02, 0x1A), (0x03, 0x0B), (0x04, 0), (0x05, 0), (0x06, 0xD9), (0x07, 0x13), (0x08, 0x33),
            (0x09, 0xC8), (0x31, 0x00), (0x40, 0xF0), (0x4D, 0x84),
        ] {
            #expect(bench.chip.register(address) == value, "register \(address)")
        }
    }

    @Test func `no carrier has more than 17 dBm`() throws {
        let bench = try radiating(RadioBench(), Carrier(frequency: 869_525_000, power: 20, duration: .seconds(2)))
        _ = bench.nextEvent()
        #expect(bench.air.carriers.map(\.power) == [17] && bench.chip.violations == [])
    }

    @Test func `while it is on every other order is refused, and sleep ends it at once`() throws {
        let bench = try radiating(RadioBench())
        let now = bench.world.now
        let window = ReceiveWindow(opensAt: now, frequency: 868_100_000, modulation: try RadioBench.modulation(7))
        #expect(throws: RadioError.self) { try bench.radio.transmit(RadioBench.uplink(), at: now) }
        #expect(throws: RadioError.self) { try bench.radio.receive(window, at: now) }
        #expect(throws: RadioError.self) { try bench.radio.radiate(Self.order, at: now) }
        #expect(throws: RadioError.self) { try bench.radio.temperature(at: now) }
        bench.world.run(until: now + .seconds(3))
        #expect(bench.air.carriers.first?.end == nil)
        try bench.radio.sleep()
        #expect(bench.air.carriers.count == 1 && bench.air.carriers.first?.end == bench.world.now)
        #expect(bench.radio.nextDeadline == nil && bench.chip.violations == [])
    }

    @Test(arguments: [true, false])
    func `wires that fail at its end only delay it: the chip is reset, or told as soon as it can be`(withReset: Bool)
        throws
    {
        let bench = try radiating(RadioBench(withReset: withReset))
        bench.world.schedule(after: .milliseconds(7_500)) { bench.chip.faults.busReads = 0xFF }
        bench.world.schedule(after: .seconds(20)) { bench.chip.faults.busReads = nil }
        let event = bench.nextEvent(within: .seconds(40))
        #expect(event?.transmittedAt != nil || event?.failure != nil)
        #expect(bench.air.carriers.count == 1 && bench.air.carriers.first?.end != nil)
        #expect(duration(bench) < (withReset ? .milliseconds(8_100) : .milliseconds(21_100)))
        #expect(duration(bench) > (withReset ? .milliseconds(7_900) : .milliseconds(19_900)))
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
    }

    @Test
    func `a chip that hangs is reset; without a reset line it is told again every second, and when asked to sleep`()
        throws
    {
        let bench = try radiating(RadioBench())
        bench.chip.faults.ignoresModes = true
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(duration(bench) < .milliseconds(8_100) && bench.radio.counters.resets == 1)

        let other = try radiating(RadioBench(withReset: false))
        other.chip.faults.ignoresModes = true
        #expect(other.nextEvent(within: .seconds(12)) == nil)
        let error = #expect(throws: RadioError.self) { try other.radio.sleep() }
        #expect(error?.message.contains("reset line is not wired") == true)
        #expect(other.radio.nextDeadline != nil, "it is tried again")
        other.chip.faults.ignoresModes = false
        #expect(other.nextEvent()?.failure != nil)
        #expect(other.air.carriers.first?.end != nil)
    }

    @Test func `a supply that dips ends it, and is reported within a second`() throws {
        let bench = try radiating(RadioBench())
        bench.world.schedule(after: .milliseconds(2_500)) { bench.chip.brownOut() }
        #expect(try #require(bench.nextEvent()?.failure).contains("supply"))
        #expect(duration(bench) == .milliseconds(2_500) - .microseconds(120))
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
    }

    @Test(arguments: [true, false])
    func `one that outlives its process ends with the next start`(withReset: Bool) throws {
        let bench = try radiating(RadioBench(withReset: withReset))
        bench.world.run(until: bench.world.now + .minutes(1))
        #expect(bench.air.carriers.first?.end == nil, "nothing ends it")
        let (chip, world) = (bench.chip, bench.world)
        let next = SX127x(bus: chip, reset: withReset ? chip.resetPin : nil, dio0: chip.dio0) {
            world.run(until: world.now + $0)
        }
        let started = world.now
        try next.start(at: started)
        #expect(try #require(bench.air.carriers.first?.end) - started < .milliseconds(10))
        #expect(chip.violations == [])
    }

    @Test func `whatever fails at whichever transfer, a carrier is off when its end is told`() throws {
        for fault in 0..<4 {
            for step in 1...70 {
                let bench = RadioBench()
                try bench.radio.start(at: bench.world.now)
                let first = bench.chip.transfers
                bench.chip.beforeTransfer = { number in
                    guard number == first + step else { return }
                    switch fault {
                    case 0: bench.chip.faults.busReads = 0x00
                    case 1:
                        bench.chip.faults.busError = HardwareError(.failed(errno: 5), device: "spi", message: "gone")
                    case 2: bench.chip.faults.noisyTransfers = 1
                    default: bench.chip.brownOut()
                    }
                    bench.world.schedule(after: .seconds(10)) {
                        bench.chip.faults.busReads = nil
                        bench.chip.faults.busError = nil
                    }
                }
                do {
                    try bench.radio.radiate(Self.order, at: bench.world.now)
                    #expect(bench.nextEvent(within: .seconds(30)) != nil, "fault \(fault) at \(step)")
                } catch {
                    // As the link does after an order that failed.
                    bench.world.run(until: bench.world.now + .seconds(12))
                    try bench.radio.start(at: bench.world.now)
                }
                #expect(bench.air.carriers.allSatisfy { $0.end != nil }, "fault \(fault) at \(step)")
                for carrier in bench.air.carriers {
                    #expect(
                        abs(carrier.frequency - 868_300_000) < 61 && carrier.power == 10, "fault \(fault) at \(step)")
                }
            }
        }
    }
}
