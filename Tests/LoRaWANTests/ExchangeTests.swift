import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct ExchangeTests {
    @Test func `a join, an uplink and a downlink in RX1`() throws {
        let bench = try Bench()
        bench.peer.rxDelay = 5
        bench.peer.downlinkSettings = 0x03
        try bench.join()
        #expect(bench.peer.devNonces == [0])
        let join = try #require(bench.air.first)
        #expect(bench.windows[0].opensAt - (join.start + join.airTime) == .seconds(5))

        let downlink = try bench.peer.downlink(port: 9, payload: [7, 7])
        #expect(try bench.send(reply: .rx1(downlink)) == .sent)
        let uplink = try bench.lastUplink()
        #expect(uplink.counter == 0 && uplink.port == 1 && uplink.payload == [1, 2, 3] && uplink.adr)
        let sent = bench.air[1]
        let window = try #require(bench.windows.last)
        #expect(window.opensAt - (sent.start + sent.airTime) == .seconds(5))
        #expect(window.frequency == sent.transmission.frequency)
        #expect(window.modulation == sent.transmission.modulation)
        #expect(bench.windows.count == 2, "a valid downlink in RX1: RX2 is not opened")
        #expect(bench.deliveries().map(\.payload) == [[7, 7]])
        #expect(bench.deliveries().first?.port == 9)
    }

    @Test func `without an answer in RX1, RX2 opens a second later on its own channel`() throws {
        let bench = try Bench()
        bench.peer.rxDelay = 5
        bench.peer.downlinkSettings = 0x03
        try bench.join()
        #expect(try bench.send(reply: .rx2(try bench.peer.downlink(port: 2, payload: [1]))) == .sent)
        let pair = bench.windows.suffix(2).map { $0 }
        #expect(pair[1].opensAt - pair[0].opensAt == .seconds(1))
        #expect(pair[1].frequency == 869_525_000)
        #expect(pair[1].modulation == Modulation(spreadingFactor: 9, bandwidth: .khz125))
        #expect(bench.deliveries().count == 1)
    }

    @Test func `a join-accept in RX2 joins too`() throws {
        let bench = try Bench()
        bench.reply = { .rx2(try bench.peer.joinAccept(to: $0.payload)) }
        try bench.join()
        #expect(bench.windows.map(\.frequency).last == 869_525_000)
        #expect(bench.windows[1].modulation == Modulation(spreadingFactor: 12, bandwidth: .khz125))
        #expect(bench.device.isJoined)
    }

    @Test func `a foreign frame in RX1 cancels neither the rest of RX1 nor RX2`() throws {
        let bench = try Bench()
        try bench.join()
        let foreign = try bench.peer.downlink(port: 1, payload: [0], counter: 0, to: [9, 9, 9, 9])
        let ours = try bench.peer.downlink(port: 3, payload: [5])
        var before = bench.windows.count
        #expect(try bench.send(reply: .foreign(foreign, after: .milliseconds(300), then: ours)) == .sent)
        #expect(bench.windows.count == before + 2)
        #expect(bench.deliveries().map(\.port) == [3])
        #expect(bench.discards() == [.otherAddress(DevAddr(rawValue: 0x0909_0909))])

        before = bench.windows.count
        _ = try bench.send(reply: .foreign(foreign, after: .zero, then: nil))
        let again = bench.windows.dropFirst(before).map(\.opensAt)
        #expect(again.count == 3 && again[0] == again[1], "it ended in time: RX1 is opened once more")
    }

    @Test func `an older or repeated FCntDown is refused`() throws {
        let bench = try Bench()
        try bench.join()
        let first = try bench.peer.downlink(port: 1, payload: [1])
        _ = try bench.send(reply: .rx1(first))
        _ = try bench.send(reply: .rx1(first))
        #expect(bench.discards() == [.counterRepeated(FrameCounter(rawValue: 0))])
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(port: 1, payload: [2], counter: 0x2_0005)))
        #expect(bench.discards().count == 2, "a jump of more than 16 bits cannot be proved")
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(port: 1, payload: [2], counter: 0xFFF0)))
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(port: 1, payload: [3], counter: 0x1_0002)))
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(port: 1, payload: [9], counter: 0xFFF1)))
        #expect(bench.deliveries().map(\.payload) == [[1], [2], [3]])
    }

    @Test func `reserved bits are passed over, reserved frame types and versions are dropped`() throws {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(port: 1, payload: [1], reserved: (0x1C, 0xC0))))
        #expect(bench.deliveries().map(\.payload) == [[1]])
        for header: UInt8 in [0x01, 0x02, 0x03, 0x80] {
            let frame = try bench.peer.downlink(port: 1, payload: [2], reserved: (header, 0))
            _ = try bench.send(reply: .rx1(frame))
            #expect(bench.discards().last == .notExpected(header: frame[0]))
        }
        #expect(bench.deliveries().count == 1)
    }

    @Test func `a repeated JoinNonce is refused`() throws {
        let bench = try Bench()
        try bench.join()
        bench.perform(bench.device.rejoin(at: bench.now))
        bench.peer.joinNonce = 0
        try bench.run(for: .minutes(30)) { bench.device.isJoined }
        #expect(bench.discards() == [.joinNonceRepeated(JoinNonce(rawValue: 1))])
        #expect(bench.device.isJoined, "the next nonce is taken")
        #expect(bench.peer.devNonces == [0, 1, 2])
    }

    @Test func `a downlink longer than M of its window is discarded`() throws {
        let bench = try Bench()
        try bench.join()
        let long = try bench.peer.downlink(port: 1, payload: [UInt8](repeating: 1, count: 52))
        bench.device.state.session?.rx1Offset = 5
        _ = try bench.send(reply: .rx1(long))
        #expect(bench.discards() == [.tooLong(bytes: 60, limit: 59)])
        #expect(bench.deliveries().isEmpty)
    }

    @Test func `MAC commands both in FOpts and on port 0 discard the frame`() throws {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(options: [6], port: 0, payload: [6])))
        #expect(bench.discards() == [.commandsTwice])
        #expect(try bench.send() == .sent)
        #expect(try bench.lastUplink().options.isEmpty)
    }

    @Test func `a confirmed uplink ends with its ACK`() throws {
        let bench = try Bench()
        try bench.join()
        let confirmed = Uplink(port: 1, payload: [1], confirmed: true)
        #expect(try bench.send(confirmed, reply: .rx1(try bench.peer.downlink(ack: true))) == .acknowledged)
        #expect(try bench.lastUplink().confirmed)
    }

    @Test func `NbTrans repeats a frame unchanged, hops, and waits for an ACK`() throws {
        let bench = try Bench()
        try bench.join()
        bench.device.state.session?.nbTrans = 3
        let first = bench.air.count
        #expect(try bench.send(Uplink(port: 1, payload: [1], confirmed: true)) == .notAcknowledged)
        let sent = bench.air.dropFirst(first).map { $0 }
        #expect(sent.count == 3)
        #expect(Set(sent.map(\.transmission.payload)).count == 1)
        #expect(Set(sent.map(\.transmission.frequency)).count == 3, "every channel once before one is used again")
        let windows = bench.windows.suffix(6).map { $0 }
        for repetition in 1..<3 {
            let pause = sent[repetition].start - windows[repetition * 2 - 1].opensAt
            #expect(pause >= .seconds(1) && pause <= .milliseconds(3_010), "RETRANSMIT_TIMEOUT is 2 s +- 1 s: \(pause)")
        }
        #expect(bench.device.state.session?.uplinkCounter.rawValue == 1)
        let timeout = try #require(bench.device.earliestTransmission(payloadCount: 1, at: bench.now))
        #expect(timeout > bench.now, "the ACK is still outstanding")
    }

    @Test func `any downlink ends the repetitions`() throws {
        let bench = try Bench()
        try bench.join()
        bench.device.state.session?.nbTrans = 3
        let before = bench.air.count
        #expect(try bench.send(reply: .rx2(try bench.peer.downlink())) == .sent)
        #expect(bench.air.count == before + 1)
    }

    @Test func `a confirmed downlink is acknowledged by the next uplink only`() throws {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(confirmed: true, pending: true, port: 4, payload: [1])))
        #expect(bench.device.expectation > .nothing)
        _ = try bench.send(Uplink(port: nil, payload: []))
        let uplink = try bench.lastUplink()
        #expect(uplink.ack && uplink.port == nil)
        _ = try bench.send()
        #expect(try !bench.lastUplink().ack)
    }

    @Test func `what cannot be sent is refused with the reason`() throws {
        let bench = try Bench()
        #expect(throws: UplinkRefusal.notJoined) { try bench.send() }
        try bench.join()
        bench.device.state.session?.dataRate = DataRate(0)
        #expect(bench.device.maximumPayload == 51)
        #expect(throws: UplinkRefusal.payloadTooLong(bytes: 52, limit: 51)) {
            try bench.send(Uplink(port: 1, payload: [UInt8](repeating: 0, count: 52)))
        }
        for port in [0, 224, 255, nil] as [UInt8?] {
            #expect(throws: UplinkRefusal.wrongPort(port)) { try bench.send(Uplink(port: port, payload: [1])) }
        }
        bench.perform(try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now))
        #expect(throws: UplinkRefusal.busy) { try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now) }
    }

    @Test func `a radio that does not report costs its air-time and its counter`() throws {
        let bench = try Bench()
        try bench.join()
        let actions = try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now)
        #expect(actions.count == 2)
        let overdue = try #require(bench.device.nextDeadline)
        #expect(bench.device.tick(at: overdue) == [.uplinkDone(.failed("the radio did not report the end"))])
        #expect(bench.device.state.session?.uplinkCounter.rawValue == 1)
        #expect(bench.device.state.ledger.windows[2].entries.last?.end == overdue)
        #expect(bench.device.isIdle)
    }

    @Test func `power is what the antenna may radiate less its gain, rounded down`() throws {
        let bench = try Bench()
        try bench.join()
        #expect(bench.air[0].transmission.power == 13)  // 16 - 2.15 dBm
        bench.device.state.session?.powerIndex = 5
        _ = try bench.send()
        #expect(bench.air[1].transmission.power == 3)
        #expect(throws: DeviceError.antennaGainTooHigh(gain: 1_500, lowestPower: 2, allowed: 1_600)) {
            try Bench(Bench.configuration { $0.antennaGain = 1_500 })
        }
    }
}
