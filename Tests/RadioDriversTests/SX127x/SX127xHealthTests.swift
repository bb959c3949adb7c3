import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// What goes wrong between a chip and its wires: found, mended, counted and named.
@Suite struct SX127xHealthTests {
    private func started(_ bench: RadioBench) throws -> RadioBench {
        try bench.radio.start(at: bench.world.now)
        return bench
    }

    private func sends(_ bench: RadioBench) throws -> Bool {
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        return bench.nextEvent()?.transmittedAt != nil
    }

    @Test func `a supply that dipped between two orders is found ahead of the next one`() throws {
        let bench = try started(RadioBench())
        bench.chip.brownOut()
        bench.world.run(until: bench.world.now + .seconds(1))
        #expect(try sends(bench))
        #expect(bench.radio.counters.brownOuts == 1 && bench.air.uplinks.last?.syncWord == 0x34)
        #expect(bench.chip.violations == [])
    }

    @Test func `a supply that dipped while a window waited is found when it opens, and the window still hears`() throws
    {
        let bench = try started(RadioBench())
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(9))
        try bench.radio.receive(window, at: bench.world.now)
        bench.world.schedule(at: window.opensAt - .milliseconds(200)) { bench.chip.brownOut() }
        bench.downlink([7], at: window.opensAt, sf: 9)
        #expect(bench.nextEvent()?.frame?.payload == [7])
        #expect(bench.radio.counters.brownOuts == 1 && bench.chip.violations == [])
    }

    @Test func `a supply that dips while a frame is sent is found as soon as the frame should have ended`() throws {
        let bench = try started(RadioBench())
        let ordered = bench.world.now
        try bench.radio.transmit(RadioBench.uplink(), at: ordered)
        bench.world.schedule(after: .milliseconds(30)) { bench.chip.brownOut() }
        #expect(try #require(bench.nextEvent()?.failure).contains("supply"))
        #expect(bench.world.now - ordered < .milliseconds(150))
        #expect(bench.air.uplinks.last?.isCorrupt == true)
        #expect(try sends(bench))
    }

    @Test func `a chip that changes its mode no more is reset; without a reset line the message says what would help`()
        throws
    {
        let bench = try started(RadioBench())
        bench.chip.faults.ignoresModes = true
        #expect(try sends(bench))
        #expect(bench.radio.counters.resets == 1)
        let other = try started(RadioBench(withReset: false))
        other.chip.faults.ignoresModes = true
        let error = #expect(throws: RadioError.self) { try other.radio.start(at: other.world.now) }
        #expect(error?.message.contains("reset line is not wired") == true, "\(String(describing: error))")
    }

    @Test(arguments: [UInt8(0x12), 0x22])
    func `a chip that hangs in one mode is written nothing that is for another`(version: UInt8) throws {
        let window = ReceiveWindow(
            opensAt: MonotonicInstant(nanoseconds: 0), frequency: 868_100_000, modulation: try RadioBench.modulation(9))
        let packet = Transmission(payload: [1, 2], frequency: 868_800_000, modulation: .fsk, power: 14)
        let reception = ContinuousReception(frequency: 869_525_000, modulation: try RadioBench.modulation(12))
        for withReset in [true, false] {
            for order in 0..<4 {
                let bench = try started(RadioBench(version: version, withReset: withReset))
                try bench.radio.listen(reception, at: bench.world.now)
                bench.chip.faults.ignoresModes = true
                let now = bench.world.now
                switch order {
                case 0: try? bench.radio.transmit(packet, at: now)
                case 1: try? bench.radio.transmit(RadioBench.uplink(), at: now)
                case 2: try? bench.radio.receive(window, at: now)
                default:
                    try? bench.radio.radiate(
                        Carrier(frequency: 868_300_000, power: 10, duration: .seconds(1)), at: now)
                }
                _ = bench.nextEvent(within: .seconds(2))
                #expect(bench.chip.violations == [], "order \(order), reset \(withReset)")
            }
        }
    }

    @Test func `a reset line that goes nowhere is noticed, and the radio works without`() throws {
        let bench = RadioBench()
        bench.chip.faults.ignoresReset = true
        _ = try started(bench)
        #expect(bench.radio.isResetWired == false)
        #expect(try sends(bench))
        #expect(try started(RadioBench()).radio.isResetWired == true)
        #expect(try started(RadioBench(withReset: false)).radio.isResetWired == nil)
    }

    @Test func `a disturbed transfer is found by reading back, and written again`() throws {
        for transfer in 1...40 {
            let bench = try started(RadioBench())
            let first = bench.chip.transfers
            bench.chip.beforeTransfer = { if $0 == first + transfer { bench.chip.faults.noisyTransfers = 1 } }
            _ = try? bench.radio.transmit(RadioBench.uplink(power: 14), at: bench.world.now)
            _ = bench.nextEvent()
            for sent in bench.air.uplinks {
                #expect(abs(sent.frequency - 868_100_000) < 61 && sent.power == 14, "transfer \(transfer)")
                #expect(try sent.payload == RadioBench.uplink().payload, "transfer \(transfer)")
            }
            bench.chip.beforeTransfer = nil
            try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
            let event = bench.nextEvent()
            #expect(event?.transmittedAt != nil, "transfer \(transfer): \(String(describing: event))")
        }
    }

    @Test func `a bit that turns over while the chip is set up changes nothing of what is sent`() throws {
        for transfer in 1...120 {
            let bench = RadioBench()
            bench.chip.beforeTransfer = { if $0 == transfer { bench.chip.faults.noisyTransfers = 1 } }
            _ = try? bench.radio.start(at: bench.world.now)
            try bench.radio.transmit(RadioBench.uplink(power: 14), at: bench.world.now)
            _ = bench.nextEvent()
            for sent in bench.air.uplinks {
                #expect(
                    sent.preambleSymbols == 8 && sent.syncWord == 0x34 && sent.power == 14, "transfer \(transfer)")
            }
        }
    }

    @Test func `noise without an end is reported as noise`() throws {
        let bench = try started(RadioBench())
        let first = bench.chip.transfers
        bench.chip.beforeTransfer = { if $0 > first + 3 { bench.chip.faults.noisyTransfers = 1 } }
        let error = #expect(throws: RadioError.self) {
            try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        }
        #expect(error?.message.contains("noise on the bus") == true, "\(String(describing: error))")
    }

    @Test func `the image is calibrated again when the temperature has drifted by 10 K, and not before`() throws {
        let bench = try started(RadioBench())
        #expect(bench.radio.lastTemperature == 25)
        for (degrees, count) in [(34, 2), (16, 2), (36, 4), (45, 4), (20, 6)] {
            bench.chip.temperature = degrees
            bench.world.run(until: bench.world.now + .minutes(11))
            #expect(try sends(bench))
            #expect(bench.chip.imageCalibrations.count == count, "\(degrees) degrees")
            #expect(bench.radio.lastTemperature == degrees)
        }
        #expect(bench.radio.counters.recalibrations == 2 && bench.chip.violations == [])
    }

    @Test func `more than 17 dBm are for 1 % of the time`() throws {
        let bench = try started(RadioBench())
        for _ in 0..<4 {
            try bench.radio.transmit(RadioBench.uplink(power: 20), at: bench.world.now)
            #expect(bench.nextEvent()?.transmittedAt != nil)
            bench.world.run(until: bench.world.now + .seconds(3))
        }
        #expect(bench.air.uplinks.map(\.power) == [20, 17, 17, 20])
        #expect(bench.radio.counters.reducedPowers == 2 && bench.chip.violations == [])
    }

    @Test func `an empty window ends by the edge of DIO1, and without a look at the flags before it`() throws {
        let bench = try started(RadioBench(withDIO1: true))
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(7))
        try bench.radio.receive(window, at: bench.world.now)
        let before = bench.chip.transfers
        let closed = try #require(bench.nextEvent()?.closedAt)
        #expect(closed == window.opensAt - .milliseconds(30) + .microseconds(120 + 1_024 * 55))
        // The look before it opens, the mode, the flags; then they are cleared and it sleeps.
        #expect(bench.chip.transfers - before == 5)
        bench.chip.dio1.risingEdgesToLose = 1
        let next = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(7))
        try bench.radio.receive(next, at: bench.world.now)
        #expect(bench.nextEvent()?.closedAt != nil)
        #expect(bench.radio.counters.lostEdges == 1 && bench.chip.violations == [])
    }

    @Test func `while edges work nothing is polled: in a frame, a window, and hours of class C`() throws {
        let bench = try started(RadioBench(withDIO1: true))
        try bench.radio.listen(
            ContinuousReception(frequency: 869_525_000, modulation: try RadioBench.modulation(9)), at: bench.world.now)
        let before = bench.chip.transfers
        #expect(bench.nextEvent(within: .hours(1)) == nil)
        #expect(bench.chip.transfers - before <= 2 * 3_600, "a look a second, in case an edge is lost")
        // A downlink of two seconds behind an early preamble.
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(12))
        try bench.radio.sleep()
        try bench.radio.receive(window, at: bench.world.now)
        bench.downlink([UInt8](repeating: 1, count: 51), at: window.opensAt, sf: 12)
        let atOrder = bench.chip.transfers
        #expect(bench.nextEvent()?.frame?.payload.count == 51)
        #expect(bench.chip.transfers - atOrder < 40)
    }
}

/// What an SX1272 has elsewhere.
@Suite struct SX1272Tests {
    @Test func `it is known by its version, reset by a high level, and calibrated in its only band`() throws {
        let bench = RadioBench(version: 0x22)
        try bench.radio.start(at: bench.world.now)
        #expect(bench.radio.model == .sx1272 && bench.radio.isResetWired == true)
        #expect(bench.chip.imageCalibrations.map { ($0 + 500_000) / 1_000_000 } == [868])
        // The next start drives its reset right from the beginning.
        try bench.radio.start(at: bench.world.now)
        #expect(bench.chip.resets == 2 && bench.chip.violations == [])
    }

    @Test(arguments: [7, 9, 12]) func `it sends and receives`(factor: Int) throws {
        let bench = RadioBench(version: 0x22)
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(sf: factor), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        let sent = try #require(bench.air.uplinks.first)
        #expect(sent.spreadingFactor == factor && sent.bandwidth == 125_000 && sent.codingRate == 1 && sent.hasCRC)
        #expect(sent.power == 14 && sent.lowDataRateOptimize == (factor == 12) && !sent.invertedIQ)
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000,
            modulation: try RadioBench.modulation(factor))
        try bench.radio.receive(window, at: bench.world.now)
        bench.downlink([1, 2, 3], at: window.opensAt, sf: factor)
        let frame = try #require(bench.nextEvent()?.frame)
        #expect(frame.payload == [1, 2, 3] && frame.rssi == -96)
        #expect(bench.chip.violations == [])
    }

    @Test(arguments: [7, 20, 2]) func `its power is set in registers of its own`(power: Int) throws {
        for output in SX127x.PowerOutput.allCases {
            let bench = RadioBench(version: 0x22, configuration: .init(output: output))
            try bench.radio.start(at: bench.world.now)
            try bench.radio.transmit(RadioBench.uplink(power: power), at: bench.world.now)
            #expect(bench.nextEvent()?.transmittedAt != nil)
            #expect(bench.air.uplinks.first?.power == min(power, output == .rfo ? 14 : 20))
            #expect(bench.chip.violations == [])
        }
    }

    @Test func `its FSK has the filter in the mode register`() throws {
        let bench = RadioBench(version: 0x22)
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(
            Transmission(payload: [1, 2], frequency: 868_800_000, modulation: .fsk, power: 14), at: bench.world.now)
        #expect(bench.chip.register(0x01) == 0x0B)
        #expect(bench.nextEvent()?.transmittedAt == bench.air.uplinks.first?.end)
        #expect(bench.air.uplinks.first?.payload == [1, 2] && bench.chip.violations == [])
    }
}
