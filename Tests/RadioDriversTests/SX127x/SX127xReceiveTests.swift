import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

@Suite struct SX127xReceiveTests {
    /// A started bench with a window ordered a second ahead.
    private func ready(_ bench: RadioBench, sf factor: Int = 7) throws -> ReceiveWindow {
        try bench.radio.start(at: bench.world.now)
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000,
            modulation: try RadioBench.modulation(factor))
        try bench.radio.receive(window, at: bench.world.now)
        return window
    }

    @Test(arguments: [7, 9, 12])
    func `a downlink at the network's time is received with its end, strength and noise`(factor: Int) throws {
        let bench = RadioBench()
        let window = try ready(bench, sf: factor)
        bench.downlink([0x60, 9, 8, 7, 6], at: window.opensAt, sf: factor)
        let frame = try #require(bench.nextEvent()?.frame)
        #expect(frame.payload == [0x60, 9, 8, 7, 6])
        #expect(frame.at == bench.air.transmissions.first?.end)
        #expect(frame.rssi == -96)
        #expect(frame.snrQuarters == 48)
        #expect(bench.radio.counters.received == 1 && bench.radio.counters.lateWindows == 0)
        #expect(bench.chip.register(0x01) == 0x88)
        #expect(bench.chip.violations == [])
    }

    @Test(arguments: [TimeSpan.milliseconds(-25), .zero, .milliseconds(20)])
    func `a preamble anywhere between the margins is heard`(offset: TimeSpan) throws {
        for factor in [7, 12] {
            let bench = RadioBench()
            let window = try ready(bench, sf: factor)
            bench.downlink(at: window.opensAt + offset, sf: factor)
            #expect(bench.nextEvent()?.frame != nil, "SF\(factor)")
        }
    }

    @Test func `the longest frame outlasts the window that its preamble cancelled`() throws {
        let bench = RadioBench()
        let window = try ready(bench, sf: 12)
        bench.downlink([UInt8](repeating: 7, count: 200), at: window.opensAt, sf: 12)
        #expect(bench.nextEvent()?.frame?.payload.count == 200)
    }

    @Test func `a window without a frame closes by the chip's time-out`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        let closed = try #require(bench.nextEvent()?.closedAt)
        #expect(closed > window.opensAt + .milliseconds(20) && closed < window.opensAt + .milliseconds(35))
        #expect(bench.radio.nextDeadline == nil)
        #expect(bench.chip.violations == [])
    }

    @Test func `a frame before or after the window, on another channel or data rate, or an uplink, is not heard`()
        throws
    {
        let changes: [(String, (inout AirTransmission) -> Void)] = [
            ("too early", { $0.start = $0.start - .milliseconds(40) }),
            ("too late", { $0.start = $0.start + .milliseconds(40) }),
            ("channel", { $0.frequency += 200_000 }), ("spreading factor", { $0.spreadingFactor = 8 }),
            ("bandwidth", { $0.bandwidth = 250_000 }), ("uplink", { $0.invertedIQ = false }),
            ("private network", { $0.syncWord = 0x12 }),
        ]
        for (name, change) in changes {
            let bench = RadioBench()
            let window = try ready(bench)
            bench.downlink(at: window.opensAt, change: change)
            #expect(bench.nextEvent()?.closedAt != nil, "\(name)")
        }
    }

    @Test func `a frame for another device is reported, and what is left of the window can be ordered again`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        bench.downlink([0x60, 0xEE], at: window.opensAt - .milliseconds(28))
        #expect(bench.nextEvent()?.frame?.payload == [0x60, 0xEE])
        let second = ReceiveWindow(
            opensAt: window.opensAt + .seconds(1), frequency: 869_525_000, modulation: try RadioBench.modulation(9))
        try bench.radio.receive(second, at: bench.world.now)
        bench.downlink([0x60, 0x01], at: second.opensAt, frequency: 869_525_000, sf: 9)
        #expect(bench.nextEvent()?.frame?.payload == [0x60, 0x01])
    }

    @Test func `a window opened too late is counted, and still opened`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        bench.world.run(until: window.opensAt + .milliseconds(3))
        _ = bench.radio.poll(at: bench.world.now)
        #expect(bench.radio.counters.lateWindows == 1)
        #expect(bench.radio.counters.worstLateness == .milliseconds(33))
        #expect(bench.chip.register(0x01) == 0x8E)
        // Late, but by less than two symbols, is not counted.
        let other = RadioBench()
        let punctual = try ready(other)
        other.world.run(until: punctual.opensAt + .milliseconds(2))
        _ = other.radio.poll(at: other.world.now)
        #expect(other.radio.counters.lateWindows == 0)
    }

    @Test func `a window ordered after its time opens at once`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        let window = ReceiveWindow(
            opensAt: bench.world.now, frequency: 868_100_000, modulation: try RadioBench.modulation(9))
        try bench.radio.receive(window, at: bench.world.now)
        #expect(bench.chip.register(0x01) == 0x8E)
        bench.downlink(at: bench.world.now + .milliseconds(1), sf: 9)
        #expect(bench.nextEvent()?.frame != nil)
    }

    @Test func `the frame is read from where the chip says it lies`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        bench.downlink(at: window.opensAt)
        bench.world.run(until: window.opensAt + .milliseconds(-30))
        _ = bench.radio.poll(at: bench.world.now)
        let first = bench.chip.accesses.count
        #expect(bench.nextEvent()?.frame != nil)
        let reading = bench.chip.accesses.dropFirst(first).map { ($0.address, $0.isWrite) }
        let pointer = try #require(reading.firstIndex { $0 == (0x0D, true) })
        #expect(reading.prefix(pointer).contains { $0 == (0x10, false) })
        #expect(reading.firstIndex { $0 == (0x00, false) } == pointer + 1)
    }

    @Test func `a wrong CRC is no frame; without a CRC the MAC has to see`() throws {
        for (hasCRC, frames) in [(true, 0), (false, 1)] {
            let bench = RadioBench()
            let window = try ready(bench)
            bench.downlink([0x60, 1, 2], at: window.opensAt) {
                $0.isCorrupt = true
                $0.hasCRC = hasCRC
            }
            let event = bench.nextEvent()
            #expect(event?.frame?.payload == (hasCRC ? nil : [0x60, 1, 3]))
            #expect(bench.radio.counters.received == frames && bench.radio.counters.crcErrors == 1 - frames)
        }
    }

    @Test func `a lost edge of RxDone is found by the flags`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        bench.chip.dio0.risingEdgesToLose = 1
        bench.downlink([UInt8](repeating: 3, count: 60), at: window.opensAt)
        #expect(bench.nextEvent()?.frame?.payload.count == 60)
        #expect(bench.radio.counters.lostEdges == 1)
    }

    @Test func `a board without DIO0 receives`() throws {
        let bench = RadioBench(withDIO0: false)
        let window = try ready(bench)
        bench.downlink(at: window.opensAt)
        #expect(bench.nextEvent()?.frame != nil)
        #expect(bench.radio.counters.lostEdges == 0)
    }

    @Test func `a chip that hangs in RX is reset and receives in the next window`() throws {
        let bench = RadioBench()
        bench.chip.faults.stuckReceptions = 1
        _ = try ready(bench)
        #expect(try #require(bench.nextEvent()?.failure).contains("set up anew"))
        #expect(bench.radio.counters.windowFailures == 1 && bench.radio.counters.resets == 1)
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(7))
        try bench.radio.receive(window, at: bench.world.now)
        bench.downlink(at: window.opensAt)
        #expect(bench.nextEvent()?.frame != nil)
        #expect(bench.chip.violations == [])
    }

    @Test func `a supply that dips in the window is noticed`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        bench.world.schedule(at: window.opensAt) { bench.chip.brownOut() }
        #expect(try #require(bench.nextEvent()?.failure).contains("supply"))
        #expect(bench.chip.register(0x39) == 0x34)
    }

    @Test func `sleep ends a window without a word`() throws {
        let bench = RadioBench()
        let window = try ready(bench)
        bench.world.run(until: window.opensAt)
        _ = bench.radio.poll(at: bench.world.now)
        try bench.radio.sleep()
        #expect(bench.chip.register(0x01) == 0x88)
        #expect(bench.nextEvent(within: .seconds(3)) == nil)
    }
}
