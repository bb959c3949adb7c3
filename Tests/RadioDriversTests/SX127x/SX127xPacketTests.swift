import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// DR7: FSK at 50 kbit/s, with packets that are longer than the FIFO.
@Suite struct SX127xPacketTests {
    private static func uplink(_ bytes: Int) -> Transmission {
        Transmission(
            payload: (0..<bytes).map { UInt8($0 & 0xFF) }, frequency: 868_800_000, modulation: .fsk, power: 14)
    }

    /// Which pins are wired: none, DIO0 alone, both.
    private static let wirings = [(false, false), (true, false), (true, true)]

    @Test(arguments: [1, 23, 63, 64, 96, 255], wirings)
    func `a packet of any length goes out whole, with preamble, sync word, whitening and CRC`(
        bytes: Int, wiring: (dio0: Bool, dio1: Bool)
    ) throws {
        let bench = RadioBench(withDIO0: wiring.dio0, withDIO1: wiring.dio1)
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(Self.uplink(bytes), at: bench.world.now)
        let ended = try #require(bench.nextEvent()?.transmittedAt)
        let sent = try #require(bench.air.uplinks.first)
        #expect(sent.payload == Self.uplink(bytes).payload && !sent.isCorrupt)
        #expect(sent.fsk == AirTransmission.FSK() && sent.preambleSymbols == 5 && sent.hasCRC)
        #expect(abs(sent.frequency - 868_800_000) < 61 && sent.power == 14)
        #expect(sent.airTime == AirTime.of(bytes: bytes, modulation: .fsk))
        #expect(sent.airTime == .microseconds(160 * Int64(bytes + 11)))
        #expect(ended >= sent.end && ended - sent.end <= (wiring.dio0 ? .zero : .milliseconds(3)))
        #expect(bench.chip.register(0x01) == 0x88 && bench.chip.violations == [])
        // LoRa works as before.
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt == bench.air.uplinks.last?.end || !wiring.dio0)
        #expect(bench.air.uplinks.last?.fsk == nil && bench.chip.violations == [])
    }

    @Test(arguments: [0, 1])
    func `the preamble that the chip sends on behind a packet is cut short, also when an edge is lost`(
        lostEdges: Int
    ) throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        bench.chip.dio0.risingEdgesToLose = lostEdges
        try bench.radio.transmit(Self.uplink(50), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.air.carriers.map(\.followsPacket) == [Bool](repeating: true, count: lostEdges))
        for tail in bench.air.carriers {
            #expect(tail.end != nil && tail.duration(until: bench.world.now) <= .milliseconds(2))
        }
    }

    @Test(arguments: [10, 63, 64, 150, 255])
    func `a chip that hangs in a packet of any length is reset at once when the packet should have ended`(bytes: Int)
        throws
    {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        bench.chip.faults.stuckTransmissions = 1
        let ordered = bench.world.now
        try bench.radio.transmit(Self.uplink(bytes), at: ordered)
        #expect(bench.nextEvent()?.failure?.contains("did not report the end") == true)
        #expect(bench.world.now - ordered < AirTime.of(bytes: bytes, modulation: .fsk) + .milliseconds(100))
        #expect(bench.radio.counters.transmitTimeouts == 1 && bench.chip.violations == [])
        try bench.radio.transmit(Self.uplink(bytes), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
    }

    @Test func `what is left of a long packet that failed does not go into the next frame`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        bench.chip.faults.stuckTransmissions = 1
        try bench.radio.transmit(Self.uplink(255), at: bench.world.now)
        #expect(bench.nextEvent()?.failure != nil)
        let frame = try RadioBench.uplink()
        try bench.radio.transmit(frame, at: bench.world.now)
        let airTime = AirTime.of(bytes: frame.payload.count, modulation: frame.modulation)
        #expect(try #require(bench.radio.nextDeadline) >= bench.world.now + airTime, "no FIFO is served")
        #expect(bench.nextEvent()?.transmittedAt != nil && bench.air.uplinks.last?.payload == frame.payload)
    }

    private func window(_ bench: RadioBench) throws -> ReceiveWindow {
        try bench.radio.start(at: bench.world.now)
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_800_000, modulation: .fsk)
        try bench.radio.receive(window, at: bench.world.now)
        return window
    }

    private func downlink(
        _ bench: RadioBench, _ payload: [UInt8], at start: MonotonicInstant,
        change: (inout AirTransmission) -> Void = { _ in }
    ) {
        var frame = AirTransmission(fsk: payload, frequency: 868_800_000, isDownlink: true, start: start)
        change(&frame)
        bench.air.transmit(frame)
    }

    @Test(arguments: [1, 12, 30, 31, 32, 63, 64, 65, 255], wirings)
    func `a packet of any length is received`(bytes: Int, wiring: (dio0: Bool, dio1: Bool)) throws {
        let bench = RadioBench(withDIO0: wiring.dio0, withDIO1: wiring.dio1)
        let window = try window(bench)
        let payload = (0..<bytes).map { UInt8(255 - $0) }
        downlink(bench, payload, at: window.opensAt)
        let frame = try #require(bench.nextEvent()?.frame)
        #expect(frame.payload == payload && frame.snrQuarters == 0)
        // A short packet may pass between two looks.
        #expect(frame.rssi == -96 || (bytes < 32 && !wiring.dio1 && frame.rssi == -117))
        let end = try #require(bench.air.transmissions.first).end
        #expect(frame.at >= end && frame.at - end <= (wiring.dio0 ? .zero : .milliseconds(3)))
        #expect(bench.chip.register(0x01) == 0x88 && bench.chip.violations == [])
        #expect(bench.radio.counters.received == 1 && bench.radio.counters.lostEdges == 0)
    }

    @Test(arguments: [-25, 0, 19]) func `a preamble anywhere between the margins is heard`(milliseconds: Int64) throws {
        let bench = RadioBench()
        let window = try window(bench)
        downlink(bench, [1, 2, 3], at: window.opensAt + .milliseconds(milliseconds))
        #expect(bench.nextEvent()?.frame?.payload == [1, 2, 3])
    }

    @Test func `a window without a packet, or with another's, closes`() throws {
        let changes: [(String, ((inout AirTransmission) -> Void)?)] = [
            ("nothing", nil), ("carrier", { $0.frequency += 200_000 }),
            ("sync word", { $0.fsk?.syncWord = [1, 2, 3] }),
            ("bit rate", { $0.fsk?.bitRate = 100_000 }), ("too late", { $0.start = $0.start + .milliseconds(40) }),
        ]
        for (name, change) in changes {
            let bench = RadioBench(withDIO1: name == "nothing")
            let window = try window(bench)
            if let change { downlink(bench, [1, 2, 3], at: window.opensAt, change: change) }
            let before = bench.chip.transfers
            let closed = try #require(bench.nextEvent()?.closedAt, "\(name)")
            #expect(closed > window.opensAt + .milliseconds(20) && closed < window.opensAt + .milliseconds(30))
            if change == nil { #expect(bench.chip.transfers - before < 10, "while edges work nothing is polled") }
            #expect(bench.chip.violations == [])
        }
    }

    @Test func `a packet with a wrong CRC is none, and the next window hears again`() throws {
        let bench = RadioBench()
        let first = try window(bench)
        downlink(bench, [1, 2, 3], at: first.opensAt) { $0.isCorrupt = true }
        #expect(bench.nextEvent()?.closedAt != nil)
        #expect(bench.radio.counters.crcErrors == 1)
        let second = ReceiveWindow(
            opensAt: first.opensAt + .seconds(1), frequency: 868_800_000, modulation: .fsk)
        try bench.radio.receive(second, at: bench.world.now)
        downlink(bench, [4], at: second.opensAt)
        #expect(bench.nextEvent()?.frame?.payload == [4])
    }

    @Test(arguments: wirings) func `class C hears packet after packet`(dio0: Bool, dio1: Bool) throws {
        let bench = RadioBench(withDIO0: dio0, withDIO1: dio1)
        try bench.radio.start(at: bench.world.now)
        try bench.radio.listen(
            ContinuousReception(frequency: 868_800_000, modulation: .fsk), at: bench.world.now)
        for bytes in [3, 200, 64] {
            let payload = (0..<bytes).map { UInt8($0) }
            downlink(bench, payload, at: bench.world.now + .seconds(1))
            #expect(bench.nextEvent(within: .seconds(3))?.frame?.payload == payload)
        }
        #expect(bench.chip.violations == [])
    }

    @Test func `a machine that is too slow for a long packet is told so, and the next one goes out`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(Self.uplink(200), at: bench.world.now)
        bench.world.run(until: bench.world.now + .milliseconds(20))
        #expect(try #require(bench.radio.poll(at: bench.world.now).first?.failure).contains("too slow"))
        #expect(bench.radio.counters.fifoTroubles == 1)
        try bench.radio.transmit(Self.uplink(200), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.air.uplinks.map(\.isCorrupt) == [true, false])
    }

    @Test func `a packet that was not taken in time is lost, and reported as an empty window`() throws {
        let bench = RadioBench()
        let window = try window(bench)
        bench.world.run(until: window.opensAt - .milliseconds(30))
        #expect(bench.radio.poll(at: bench.world.now) == [])
        downlink(bench, [UInt8](repeating: 1, count: 200), at: window.opensAt)
        bench.world.run(until: window.opensAt + .milliseconds(60))
        #expect(bench.nextEvent()?.closedAt != nil)
        #expect(bench.radio.counters.fifoTroubles == 1)
    }

    @Test func `a chip that hangs while it sends or listens is reset`() throws {
        let bench = RadioBench()
        bench.chip.faults.stuckTransmissions = 1
        bench.chip.faults.stuckReceptions = 1
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(Self.uplink(20), at: bench.world.now)
        #expect(bench.nextEvent()?.failure != nil)
        _ = try window(bench)
        #expect(try #require(bench.nextEvent()?.failure).contains("did not become ready"))
        try bench.radio.transmit(Self.uplink(20), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.radio.counters.resets == 2 && bench.chip.violations == [])
    }
}
