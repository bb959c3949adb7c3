import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping

@testable import RadioDrivers

@Suite struct UDPGatewayRadioTests {
    @Test func `a radio registers with the server, keeps the path open and reports its state`() throws {
        let bench = GatewayBench()
        try bench.radio.start(at: bench.world.now)
        #expect(bench.nextEvent(within: .seconds(61)) == nil)
        #expect(bench.server.pullingGateways == [[0xAA, 0x55, 0x5A, 0, 0, 0, 0, 1]])
        #expect((12...13).contains(bench.radio.counters.pulls))
        #expect(bench.radio.counters.pullsAcknowledged == bench.radio.counters.pulls)
        #expect(bench.server.statusReports == 3)
        #expect(bench.radio.counters.pushesAcknowledged == 3)
        #expect(bench.server.problems == [])
        #expect(bench.radio.lastAnswer != nil)
    }

    @Test func `an uplink takes its air-time and reaches the server as a gateway would have heard it`() throws {
        let bench = GatewayBench()
        try bench.begin()
        let ordered = bench.world.now
        let end = try bench.sendHello()
        #expect((end - ordered).microseconds == 51_456)
        _ = bench.nextEvent(within: .milliseconds(100))
        let uplink = try #require(bench.network.uplinks.first)
        #expect(uplink.payload == Array("hello".utf8) && uplink.counter == 1 && uplink.port == 1)
        #expect(uplink.heard.frequency == 868_300_000 && uplink.dataRate == 5)
        #expect(uplink.heard.rssi == -85 && uplink.heard.snrQuarters == 32)
    }

    @Test(arguments: [false, true])
    func `a downlink in RX1 is heard, also when the gateway's counter comes round meanwhile`(wrap: Bool) throws {
        let bench = GatewayBench(counterNearWrap: wrap)
        try bench.begin()
        bench.network.enqueue(.init(port: 7, payload: [1, 2, 3]), for: GatewayBench.devEUI)
        let end = try bench.sendHello()
        try bench.radio.receive(bench.window(end, .seconds(1)), at: bench.world.now)
        let frame = try #require(bench.nextEvent()?.frame)
        #expect(frame.payload == bench.network.downlinks.first?.payload)
        let airTime = AirTime.of(
            bytes: frame.payload.count, modulation: try RadioBench.modulation(7), hasCRC: false)
        let expected = end + .seconds(1) + airTime
        #expect(abs((frame.at - expected).microseconds) <= 1)
        #expect(bench.server.acknowledgements == ["NONE"])
        #expect(bench.radio.counters.heard == 1 && bench.radio.counters.missed == 0)
    }

    @Test func `a downlink for RX2 waits through RX1`() throws {
        let bench = GatewayBench()
        try bench.begin()
        bench.network.setWindow(.receive2, for: GatewayBench.devEUI)
        bench.network.enqueue(.init(port: 7, payload: [1, 2, 3]), for: GatewayBench.devEUI)
        let end = try bench.sendHello()
        try bench.radio.receive(bench.window(end, .seconds(1)), at: bench.world.now)
        let closed = try #require(bench.nextEvent()?.closedAt)
        #expect(closed < end + .milliseconds(1_050))
        try bench.radio.receive(
            bench.window(end, .seconds(2), frequency: 869_525_000, sf: 12), at: bench.world.now)
        #expect(bench.nextEvent()?.frame != nil)
    }

    @Test func `a downlink that no window was open for is acknowledged, not heard, and counted`() throws {
        let windows: [(String, TimeSpan, Int, Int)] = [
            ("before", .milliseconds(1_020), 868_300_000, 7), ("after", .milliseconds(980), 868_300_000, 7),
            ("frequency", .seconds(1), 868_100_000, 7),
            ("data rate", .seconds(1), 868_300_000, 8),
        ]
        for (name, delay, frequency, factor) in windows {
            let bench = GatewayBench()
            try bench.begin()
            bench.network.enqueue(.init(port: 7, payload: [1]), for: GatewayBench.devEUI)
            let end = try bench.sendHello()
            try bench.radio.receive(
                bench.window(end, delay, frequency: frequency, sf: factor), at: bench.world.now)
            #expect(bench.nextEvent()?.closedAt != nil, "\(name)")
            _ = bench.nextEvent(within: .milliseconds(100))
            #expect(bench.radio.counters.missed == 1 && bench.radio.counters.heard == 0, "\(name)")
            #expect(bench.server.acknowledgements == ["NONE"], "\(name)")
        }
    }

    /// A PULL_RESP as a server might write it, answered by the radio's TX_ACK.
    private func answer(
        to bench: GatewayBench, _ replace: (String) -> String = { $0 }, at instant: MonotonicInstant
    ) -> String {
        let tmst = UInt32(truncatingIfNeeded: instant.nanoseconds / 1_000)
        let text = replace(
            #"{"txpk":{"tmst":\#(tmst),"freq":868.3,"modu":"LORA","datr":"SF7BW125","codr":"4/5","ipol":true,"size":4,"#
                + #""data":"YAECAw","powe":14,"rfch":0}}"#)
        bench.socket.sent = []
        bench.socket.incoming.append(bench.server.pullResponse(text))
        _ = bench.radio.poll(at: bench.world.now)
        let reply = bench.socket.sent.first { $0[3] == 5 }
        return reply.map { String(decoding: $0.dropFirst(12), as: UTF8.self) } ?? "none"
    }

    @Test func `a gateway refuses what is too late, too early, on a wrong frequency, or in the way of another`() throws
    {
        let bench = GatewayBench()
        try bench.begin()
        let now = bench.world.now
        #expect(answer(to: bench, at: now - .milliseconds(1)) == #"{"txpk_ack":{"error":"TOO_LATE"}}"#)
        #expect(answer(to: bench, at: now + .seconds(600)) == #"{"txpk_ack":{"error":"TOO_EARLY"}}"#)
        let other = answer(to: bench, { $0.replacing("868.3", with: "433.1") }, at: now + .seconds(1))
        #expect(other == #"{"txpk_ack":{"error":"TX_FREQ"}}"#)
        #expect(answer(to: bench, at: now + .seconds(1)) == #"{"txpk_ack":{"error":"NONE"}}"#)
        #expect(answer(to: bench, at: now + .milliseconds(1_010)) == #"{"txpk_ack":{"error":"COLLISION_PACKET"}}"#)
        #expect(bench.radio.counters.refused == 4)
    }

    @Test func `an order without inverted polarity is sent and not heard`() throws {
        let bench = GatewayBench()
        try bench.begin()
        let end = try bench.sendHello()
        for polarity in ["true", "false"] {
            let open = bench.world.now + .seconds(1)
            let text = answer(
                to: bench, { $0.replacing(#""ipol":true"#, with: #""ipol":\#(polarity)"#) }, at: open)
            #expect(text.contains("NONE"))
            try bench.radio.receive(bench.window(open, .zero), at: bench.world.now)
            let event = bench.nextEvent()
            #expect((event?.frame?.payload == [0x60, 1, 2, 3]) == (polarity == "true"), "\(end)")
        }
    }

    @Test func `an immediate order is heard when a window is open now`() throws {
        let bench = GatewayBench()
        try bench.begin()
        _ = try bench.sendHello()
        try bench.radio.receive(bench.window(bench.world.now, .milliseconds(2)), at: bench.world.now)
        let text = answer(
            to: bench, { $0.replacing("{\"txpk\":{", with: "{\"txpk\":{\"imme\":true,") }, at: bench.world.now)
        #expect(text.contains("NONE"))
        #expect(bench.nextEvent()?.frame != nil)
    }

    @Test func `a class C device hears downlinks at any time, and its windows too`() throws {
        let bench = GatewayBench()
        try bench.begin()
        let rx2 = ContinuousReception(frequency: 869_525_000, modulation: try RadioBench.modulation(12))
        try bench.radio.listen(rx2, at: bench.world.now)
        _ = try bench.sendHello()
        try bench.radio.listen(rx2, at: bench.world.now)
        for payload: UInt8 in 1...3 {
            bench.network.enqueue(.init(port: 7, payload: [payload]), for: GatewayBench.devEUI)
            bench.socket.incoming.append(try #require(bench.server.continuousResponse(for: GatewayBench.devEUI)))
            #expect(bench.nextEvent()?.frame?.payload.first == 0x60)
            _ = bench.nextEvent(within: .seconds(40))
        }
        #expect(bench.radio.counters.heard == 3 && bench.radio.counters.missed == 0)
        // While a window waits for its time.
        let window = try bench.window(bench.world.now, .seconds(9))
        try bench.radio.receive(window, at: bench.world.now)
        bench.network.enqueue(.init(port: 7, payload: [4]), for: GatewayBench.devEUI)
        bench.socket.incoming.append(try #require(bench.server.continuousResponse(for: GatewayBench.devEUI)))
        #expect(bench.nextEvent()?.frame != nil)
        #expect(try #require(bench.nextEvent(within: .seconds(20))?.closedAt) > window.opensAt)
        bench.network.enqueue(.init(port: 7, payload: [5]), for: GatewayBench.devEUI)
        bench.socket.incoming.append(try #require(bench.server.continuousResponse(for: GatewayBench.devEUI)))
        #expect(bench.nextEvent() == nil, "the window ended it")
    }

    @Test(arguments: [
        "", "{", "[]", "{\"txpk\":{}}", "{\"txpk\":{\"freq\":1e300,\"datr\":\"SF7BW125\",\"data\":\"\",\"imme\":true}}",
        "{\"txpk\":{\"freq\":868.3,\"datr\":\"SF99BW125\",\"data\":\"YAECAw==\",\"imme\":true}}",
        "{\"txpk\":{\"freq\":868.3,\"datr\":\"SF7BW125\",\"data\":\"!!\",\"imme\":true}}",
        "{\"txpk\":{\"freq\":868.3,\"datr\":\"SF7BW125\",\"data\":\"YAECAw==\",\"size\":9,\"imme\":true}}",
        "{\"txpk\":{\"freq\":868.3,\"datr\":50000,\"data\":\"YAECAw==\",\"imme\":true}}",
        "{\"txpk\":{\"freq\":868.3,\"datr\":\"SF7BW125\",\"data\":\"YAECAw==\",\"tmst\":-1}}",
    ])
    func `an order that cannot be read does no harm`(json: String) throws {
        let bench = GatewayBench()
        try bench.begin()
        bench.socket.incoming = [bench.server.pullResponse(json), [], [2], [1, 0, 0, 3], [2, 0, 0, 99, 1, 2, 3]]
        #expect(bench.radio.poll(at: bench.world.now) == [])
        #expect(bench.radio.counters.unreadable == 4)
        #expect(bench.radio.counters.heard == 0)
        _ = try bench.sendHello()
    }

    @Test func `without a server the radio sends into the void and says so in its counters`() throws {
        let bench = GatewayBench()
        bench.socket.error = HardwareError(
            .failed(errno: 111), device: "127.0.0.1:1700", message: "nobody listens there")
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        #expect(bench.radio.counters.socketErrors > 0 && bench.radio.lastAnswer == nil)
    }

    @Test func `a flood of orders waits in a queue with an end, and is read at a bounded rate`() throws {
        let bench = GatewayBench()
        bench.serverAnswers = false
        try bench.radio.start(at: bench.world.now)
        let begin = bench.world.now
        // Each at a time of its own, so that none collides.
        bench.socket.incoming = (0..<5_000).map { number in
            let tmst = UInt32(truncatingIfNeeded: (begin + .seconds(Int64(1 + number % 400))).nanoseconds / 1_000)
            return bench.server.pullResponse(
                #"{"txpk":{"imme":false,"tmst":\#(tmst),"freq":869.525,"modu":"LORA","datr":"SF7BW125","ipol":true,"data":"AA=="}}"#
            )
        }
        while bench.world.now - begin < .seconds(1) {
            _ = bench.radio.poll(at: bench.world.now)
            #expect(bench.radio.nextDeadline.map { $0 > bench.world.now } ?? true)
            bench.world.wait(for: [], until: min(bench.radio.nextDeadline ?? begin + .seconds(1), begin + .seconds(1)))
        }
        let taken = 5_000 - bench.socket.incoming.count
        #expect((150...400).contains(taken), "\(taken)")
        #expect(bench.radio.counters.downlinks <= 40 && bench.radio.counters.refused >= taken - 40)
        let long = UInt8(ascii: " ")
        bench.socket.incoming = [bench.server.pullResponse("{}") + [UInt8](repeating: long, count: 60_000)]
        bench.world.wait(for: [], until: bench.world.now + .seconds(1))
        _ = bench.radio.poll(at: bench.world.now)
        #expect(bench.radio.counters.unreadable == 1)
    }

    @Test func `FSK goes through the gateway both ways`() throws {
        let bench = GatewayBench()
        try bench.begin()
        bench.network.enqueue(.init(port: 7, payload: [1, 2, 3]), for: GatewayBench.devEUI)
        let hello = try #require([UInt8](hex: "400403020180010001a694642615d6c3b582"))
        try bench.radio.transmit(
            Transmission(payload: hello, frequency: 868_800_000, modulation: .fsk, power: 14), at: bench.world.now)
        let end = try #require(bench.nextEvent()?.transmittedAt)
        try bench.radio.receive(
            ReceiveWindow(opensAt: end + .seconds(1), frequency: 868_800_000, modulation: .fsk), at: bench.world.now)
        let frame = try #require(bench.nextEvent()?.frame)
        #expect(bench.network.uplinks.first?.dataRate == 7)
        #expect(frame.payload == bench.network.downlinks.first?.payload)
        #expect(bench.server.problems == [] && bench.radio.counters.missed == 0)
    }
}
