import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// Continuous reception (class C), and listening before talking.
@Suite struct SX127xListenTests {
    private func listening(_ bench: RadioBench) throws {
        try bench.radio.start(at: bench.world.now)
        try bench.radio.listen(
            ContinuousReception(frequency: 869_525_000, modulation: try RadioBench.modulation(9)), at: bench.world.now)
        #expect(bench.chip.register(0x01) == 0x8D)
    }

    @Test(.tags(.campaign), .slow, arguments: [true, false]) func `frame after frame is heard, whenever it comes`(
        withDIO0: Bool
    ) throws {
        let bench = RadioBench(withDIO0: withDIO0)
        try listening(bench)
        for (index, pause) in [3, 40, 1, 7_200, 2].enumerated() {
            let start = bench.world.now + .seconds(Int64(pause))
            bench.downlink([0x60, UInt8(index), 3], at: start, frequency: 869_525_000, sf: 9)
            let frame = try #require(bench.nextEvent(within: .hours(3))?.frame)
            #expect(frame.payload == [0x60, UInt8(index), 3])
            let end = try #require(bench.air.transmissions.last?.end)
            #expect(frame.at >= end && frame.at - end <= (withDIO0 ? .zero : .milliseconds(20)))
        }
        #expect(bench.radio.counters.received == 5 && bench.chip.violations == [])
        #expect(bench.chip.register(0x01) == 0x8D)
    }

    @Test func `the FIFO's end is passed, and a frame that fails its CRC does not end it`() throws {
        let bench = RadioBench()
        try listening(bench)
        for round in 0..<4 {
            let payload = (0..<100).map { UInt8(truncatingIfNeeded: $0 + round) }
            bench.downlink(payload, at: bench.world.now + .seconds(2), frequency: 869_525_000, sf: 9) {
                $0.hasCRC = round == 1
                $0.isCorrupt = round == 1
            }
            if round == 1 {
                #expect(bench.nextEvent(within: .seconds(4)) == nil)
            } else {
                #expect(bench.nextEvent(within: .seconds(4))?.frame?.payload == payload)
            }
        }
        #expect(bench.radio.counters.crcErrors == 1 && bench.chip.violations == [])
    }

    @Test func `a lost edge is found by the flags within a second`() throws {
        let bench = RadioBench()
        try listening(bench)
        bench.chip.dio0.risingEdgesToLose = 1
        for number: UInt8 in 0..<2 {
            bench.downlink([number], at: bench.world.now + .seconds(3), frequency: 869_525_000, sf: 9)
            let frame = try #require(bench.nextEvent(within: .seconds(6))?.frame)
            let end = try #require(bench.air.transmissions.last?.end)
            #expect(frame.payload == [number] && frame.at - end <= .seconds(1))
        }
        #expect(bench.radio.counters.lostEdges == 1)
    }

    @Test(arguments: [true, false])
    func `over FSK a preamble that was none makes it deaf for two seconds at most`(withDIO1: Bool) throws {
        let bench = RadioBench(withDIO1: withDIO1)
        try bench.radio.start(at: bench.world.now)
        bench.chip.faults.phantomPreambles = 1
        try bench.radio.listen(
            ContinuousReception(frequency: 869_525_000, modulation: .fsk), at: bench.world.now)
        for number: UInt8 in 1...2 {
            bench.air.transmit(
                AirTransmission(
                    fsk: [number], frequency: 869_525_000, isDownlink: true,
                    start: bench.world.now + .milliseconds(2_500)))
            #expect(bench.nextEvent(within: .seconds(4))?.frame?.payload == [number])
        }
        #expect(bench.chip.faults.phantomPreambles == 0 && bench.chip.violations == [])
        #expect(bench.radio.counters.resets == 0)
    }

    @Test func `a window interrupts it when it opens, not before`() throws {
        let bench = RadioBench()
        try listening(bench)
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(5), frequency: 868_100_000, modulation: try RadioBench.modulation(7))
        try bench.radio.receive(window, at: bench.world.now)
        bench.downlink([1], at: bench.world.now + .seconds(1), frequency: 869_525_000, sf: 9)
        #expect(bench.nextEvent()?.frame?.payload == [1])
        bench.downlink([2], at: window.opensAt)
        #expect(bench.nextEvent()?.frame?.payload == [2])
        #expect(bench.chip.register(0x01) == 0x88)
        #expect(bench.radio.counters.lateWindows == 0 && bench.chip.violations == [])
    }

    @Test func `an uplink interrupts it, and a chip that lost its supply is noticed`() throws {
        let bench = RadioBench()
        try listening(bench)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        try listening(bench)
        bench.chip.brownOut()
        bench.world.run(until: bench.world.now + .milliseconds(10))
        #expect(bench.nextEvent()?.failure?.contains("left its receive mode") == true)
        #expect(bench.radio.counters.resets == 1)
        try listening(bench)
        bench.chip.faults.busReads = 0xFF
        #expect(bench.nextEvent()?.failure != nil)
    }

    private func sensing(_ frame: Transmission) -> Transmission {
        Transmission(
            payload: frame.payload, frequency: frame.frequency, modulation: frame.modulation, power: frame.power,
            carrierSense: CarrierSense(duration: .milliseconds(6), threshold: -65))
    }

    @Test func `a free channel is listened to for its time, then used`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        let ordered = bench.world.now
        try bench.radio.transmit(sensing(RadioBench.uplink()), at: ordered)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        let start = try #require(bench.air.transmissions.first).start
        #expect(start - ordered >= .milliseconds(6) && start - ordered < .milliseconds(8))
        #expect(bench.chip.violations == [])
    }

    @Test(arguments: [(40, false), (110, true)]) func `a busy channel is not used, a faint signal is none`(
        pathLoss: Int, isSent: Bool
    ) throws {
        let bench = RadioBench()
        bench.air.pathLoss = pathLoss
        try bench.radio.start(at: bench.world.now)
        bench.downlink([UInt8](repeating: 0, count: 50), at: bench.world.now + .milliseconds(3), sf: 10)
        try bench.radio.transmit(sensing(RadioBench.uplink()), at: bench.world.now)
        let event = try #require(bench.nextEvent())
        if isSent {
            #expect(event.transmittedAt != nil)
        } else {
            guard case .channelBusy(let rssi, _) = event else {
                Issue.record("\(event)")
                return
            }
            #expect(rssi == -26)
            #expect(bench.air.uplinks.isEmpty && bench.radio.nextDeadline == nil)
        }
        #expect(bench.chip.violations == [])
    }
}
