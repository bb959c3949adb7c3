import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

@Suite struct SX127xTransmitTests {
    @Test(arguments: [7, 9, 12])
    func `a frame goes out as ordered and ends by the time stamp of DIO0`(factor: Int) throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(23, sf: factor), at: bench.world.now)
        let ended = try #require(bench.nextEvent()?.transmittedAt)
        let sent = try #require(bench.air.uplinks.first)
        #expect(sent.payload == Array(0..<23))
        #expect(abs(sent.frequency - 868_100_000) < 61)
        #expect(sent.spreadingFactor == factor && sent.bandwidth == 125_000 && sent.power == 14)
        #expect(sent.hasCRC && !sent.invertedIQ && sent.syncWord == 0x34)
        #expect(ended == sent.end)
        #expect(bench.radio.counters.transmitted == 1 && bench.radio.counters.lostEdges == 0)
        #expect(bench.radio.nextDeadline == nil)
        #expect(bench.chip.violations == [])
    }

    @Test func `while edges work the flags are not polled`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(sf: 12), at: bench.world.now)
        let before = bench.chip.accesses.count
        _ = bench.nextEvent()
        #expect(bench.chip.accesses.dropFirst(before).filter { !$0.isWrite }.count == 1)
    }

    @Test func `a lost edge is found by the flags, counted, and does not shift the windows`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        bench.chip.dio0.risingEdgesToLose = 1
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        let ended = try #require(bench.nextEvent()?.transmittedAt)
        let sent = try #require(bench.air.uplinks.first)
        #expect(ended >= sent.end - .milliseconds(1) && ended <= sent.end + .milliseconds(1))
        #expect(bench.radio.counters.lostEdges == 1)
        // The next frame has its edge again.
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt == bench.air.uplinks.last?.end)
        #expect(bench.radio.counters.lostEdges == 1)
    }

    @Test func `a chip that falls silent in a frame is reported, not taken for one that has sent`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        bench.chip.faults.busReads = 0xFF
        bench.chip.dio0.risingEdgesToLose = 1
        #expect(try #require(bench.nextEvent()?.failure).contains("0xFF"))
        #expect(bench.radio.counters.transmitted == 0)
        #expect(throws: RadioError.self) {
            try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        }
    }

    @Test func `edges wake the loop only while one is wanted, so that a wire that floats costs nothing`() throws {
        let bench = RadioBench()
        let radio = SX127x(bus: bench.chip, dio0: NoisyPin(), pause: { bench.world.run(until: bench.world.now + $0) })
        try radio.start(at: bench.world.now)
        #expect(radio.pollDescriptors == [])
        try radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(radio.pollDescriptors == [7])
        bench.world.run(until: bench.world.now + .milliseconds(100))
        #expect(radio.poll(at: bench.world.now).first?.transmittedAt != nil)
        #expect(radio.pollDescriptors == [])
        let modulation = try RadioBench.modulation(7)
        let opensAt = bench.world.now + .seconds(1)
        try radio.receive(
            ReceiveWindow(opensAt: opensAt, frequency: 868_100_000, modulation: modulation), at: bench.world.now)
        #expect(radio.pollDescriptors == [])
        bench.world.run(until: opensAt)
        #expect(radio.poll(at: bench.world.now) == [])
        #expect(radio.pollDescriptors == [7])
    }

    @Test func `a board without DIO0 polls when the end is due`() throws {
        let bench = RadioBench(withDIO0: false)
        try bench.radio.start(at: bench.world.now)
        let ordered = bench.world.now
        try bench.radio.transmit(RadioBench.uplink(), at: ordered)
        #expect(try #require(bench.radio.nextDeadline) > ordered + .milliseconds(61))
        let ended = try #require(bench.nextEvent()?.transmittedAt)
        let sent = try #require(bench.air.uplinks.first)
        #expect(ended >= sent.end && ended <= sent.end + .milliseconds(1))
        #expect(bench.radio.counters.lostEdges == 0)
    }

    @Test func `a chip that hangs in TX is reset, set up whole, and sends the next frame`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        bench.chip.faults.stuckTransmissions = 1
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        let failure = try #require(bench.nextEvent()?.failure)
        #expect(failure.contains("set up anew"))
        #expect(bench.radio.counters.transmitTimeouts == 1 && bench.radio.counters.resets == 1)
        #expect(bench.chip.resets == 2)
        #expect(bench.air.uplinks.isEmpty)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.air.uplinks.first.map { abs($0.frequency - 868_100_000) < 61 && $0.syncWord == 0x34 } == true)
        #expect(bench.chip.violations == [])
    }

    @Test func `a chip that vanishes while sending is reported, and taken up when it is back`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        bench.chip.faults.busReads = 0x00
        let failure = try #require(bench.nextEvent()?.failure)
        #expect(failure.contains("failed too") && failure.contains("no power"))
        #expect(throws: RadioError.self) { try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now) }
        bench.chip.faults.busReads = nil
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
    }

    @Test func `noise on DIO0 ends nothing and is counted once a pulse`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        bench.chip.dio0.drive(true, at: bench.world.now)
        bench.chip.dio0.drive(false, at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.radio.poll(at: bench.world.now) == [], "what came before the order is not looked at")
        #expect(bench.radio.counters.spuriousEdges == 0)
        bench.chip.dio0.drive(true, at: bench.world.now)
        bench.chip.dio0.drive(false, at: bench.world.now)
        for _ in 0..<3 { #expect(bench.radio.poll(at: bench.world.now) == []) }
        #expect(bench.radio.counters.spuriousEdges == 1)
        #expect(bench.nextEvent()?.transmittedAt == bench.air.uplinks.first?.end)
    }

    @Test func `an empty frame, and a second one while the first is on the air, are refused`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        #expect(throws: RadioError.self) { try bench.radio.transmit(RadioBench.uplink(0), at: bench.world.now) }
        #expect(throws: RadioError.self) { try bench.radio.transmit(RadioBench.uplink(256), at: bench.world.now) }
        try bench.radio.transmit(RadioBench.uplink(255), at: bench.world.now)
        #expect(throws: RadioError.self) { try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now) }
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.air.uplinks.map(\.payload.count) == [255])
    }

    @Test func `20 dBm raises the over-current protection, and lower power lowers it again`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        for power in [20, 14] {
            try bench.radio.transmit(RadioBench.uplink(power: power), at: bench.world.now)
            _ = bench.nextEvent()
            #expect(bench.air.uplinks.last?.power == power)
        }
        #expect(bench.chip.register(0x0B) == 0x2B)
        #expect(bench.chip.violations == [])
    }
}

/// A wire that is readable, and has no edge that anybody waits for.
private final class NoisyPin: EdgePin {
    var pollDescriptor: Int32? { 7 }
    func nextEdge() -> PinEdge? { nil }
}
