import Testing
import Timekeeping

@testable import LoRaWAN

/// LCTT EU868 class A, the cases about frames, counters and windows.
@Suite struct FrameCertificationTests {
    @Test func `LCTT 000 activation: the device joins on a default channel and sends`() throws {
        let lctt = try CertificationBench()
        let join = lctt.bench.air[0].transmission
        #expect([868_100_000, 868_300_000, 868_500_000].contains(join.frequency))
        #expect(try lctt.bench.send() == .sent)
        #expect(try lctt.bench.lastUplink().counter == 0)
    }

    @Test func `LCTT 001A OTAA: DevNonce counts, an accept with a wrong MIC or a used JoinNonce is passed over`() throws
    {
        let bench = try Bench()
        var attempt = 0
        let network = bench.peer
        bench.reply = { request in
            attempt += 1
            var accept = try network.joinAccept(to: request.payload)
            switch attempt {
            case 1: return .silence
            case 2:
                accept[7] ^= 1
                return .rx1(accept)
            case 3: return .rx2(accept)
            default: return .silence
            }
        }
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .hours(2)) { bench.device.isJoined }
        #expect(bench.peer.devNonces == [0, 1, 2])
        #expect(bench.discards() == [.wrongIntegrityCode])
        let session = try #require(bench.device.state.session)
        #expect(session.uplinkCounter.rawValue == 0 && session.downlinkCounter == nil)
        let join = bench.air[2]
        let windows = bench.windows.suffix(2)
        #expect(windows.map { $0.opensAt - (join.start + join.airTime) } == [.seconds(5), .seconds(6)])
    }

    @Test func `LCTT 002 cryptography: application data with AppSKey, commands with NwkSKey`() throws {
        let lctt = try CertificationBench()
        for length in [1, 15, 16, 17, 200] {
            let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
            try lctt.bench.send(Uplink(port: 9, payload: payload))
            #expect(try lctt.bench.lastUplink().payload == payload)
            try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(port: 9, payload: payload)))
            #expect(lctt.bench.deliveries().last?.payload == payload)
        }
        #expect(try lctt.order([6], onPort0: true).payload == [6, 0, 8])
    }

    @Test func `LCTT 003 sequence numbers: repeated and older downlinks are dropped, gaps are taken`() throws {
        let lctt = try CertificationBench()
        func deliver(_ counter: UInt32) throws {
            try lctt.bench.send(
                reply: .rx1(try lctt.peer.downlink(port: 1, payload: [UInt8(counter & 255)], counter: counter)))
        }
        for counter: UInt32 in [0, 1, 1, 0, 500, 499, 65_536 + 10] { try deliver(counter) }
        #expect(lctt.bench.deliveries().map(\.counter.rawValue) == [0, 1, 500, 65_546])
        #expect(lctt.bench.discards().count == 3)
        // Uplinks count by one, and repetitions keep their number.
        lctt.bench.device.state.session?.nbTrans = 3
        try lctt.bench.send()
        let counters = try (0..<3).map { try lctt.bench.uplink(lctt.bench.air.count - 1 - $0).counter }
        #expect(Set(counters).count == 1 && counters[0] == 7)
    }

    @Test func `LCTT 004 confirmed frames: each is acknowledged once, and a lost ACK asks for retransmission`() throws {
        let lctt = try CertificationBench()
        let uplink = try lctt.hear(try lctt.peer.downlink(confirmed: true, port: 3, payload: [1]))
        #expect(uplink.ack && uplink.port == nil)
        try lctt.bench.send()
        #expect(try !lctt.bench.lastUplink().ack)
        // The ACK goes with each repetition of the uplink, as the frame is the same.
        lctt.bench.device.state.session?.nbTrans = 3
        try lctt.bench.send(reply: .rx2(try lctt.peer.downlink(confirmed: true, port: 3, payload: [1])))
        let before = lctt.bench.air.count
        try lctt.bench.send()
        #expect(try (before..<before + 3).allSatisfy { try lctt.bench.uplink($0).ack })
        // A confirmed uplink without an answer goes out NbTrans times with one counter.
        let confirmed = Uplink(port: 1, payload: [1], confirmed: true)
        let start = lctt.bench.air.count
        #expect(try lctt.bench.send(confirmed) == .notAcknowledged)
        #expect(lctt.bench.air.count == start + 3)
        #expect(try lctt.bench.send(confirmed, reply: .rx2(try lctt.peer.downlink(ack: true))) == .acknowledged)
        #expect(lctt.bench.air.count == start + 4, "the ACK ends the repetitions")
    }

    @Test func `LCTT 015A and 015B RX1: on the uplink's channel, by the offset, after the delay`() throws {
        let lctt = try CertificationBench()
        for offset: UInt8 in 0...5 {
            try lctt.order([5, offset << 4] + Bench.frequency(869_525_000))
            let window = lctt.lastWindows[0]
            let sent = lctt.bench.air[lctt.bench.air.count - 1].transmission
            #expect(window.frequency == sent.frequency)
            #expect(window.modulation == Region.eu868.modulation(of: DataRate(5 - offset)))
            #expect(window.opensAt - lctt.lastEnd == .seconds(1))
        }
        for delay: UInt8 in [0, 1, 5, 15] {
            try lctt.order([8, delay])
            #expect(lctt.lastWindows[0].opensAt - lctt.lastEnd == .seconds(Int64(max(1, delay))))
        }
    }

    @Test func `LCTT 016 RX2: a second after RX1, at the carrier and rate that were set`() throws {
        let lctt = try CertificationBench()
        for rate: UInt8 in 0...6 {
            let carrier = 868_500_000 + Int(rate) * 10_000
            try lctt.order([5, rate] + Bench.frequency(carrier))
            let windows = lctt.lastWindows
            #expect(windows[1].opensAt - windows[0].opensAt == .seconds(1))
            #expect(windows[1].frequency == carrier)
            #expect(windows[1].modulation == Region.eu868.modulation(of: DataRate(rate)))
            try lctt.bench.send(reply: .rx2(try lctt.peer.downlink(port: 1, payload: [rate])))
            #expect(lctt.bench.deliveries().last?.payload == [rate])
        }
    }

    @Test func `LCTT 017 RX1 and RX2: a frame for us in RX1 closes RX2, someone else's does not`() throws {
        let lctt = try CertificationBench()
        let windows = lctt.bench.windows.count
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(port: 1, payload: [1])))
        #expect(lctt.bench.windows.count == windows + 1)
        let foreign = try lctt.peer.downlink(port: 1, payload: [9], to: [1, 2, 3, 4])
        let own = try lctt.peer.downlink(port: 1, payload: [2])
        try lctt.bench.send(reply: .foreign(foreign, after: .milliseconds(60), then: own))
        #expect(lctt.bench.deliveries().map(\.payload) == [[1], [2]])
    }

    @Test func `LCTT 018 oversized downlinks are dropped at every data rate`() throws {
        let lctt = try CertificationBench()
        for (rate, limit) in [(UInt8(0), 59), (1, 59), (2, 59), (3, 123), (4, 250), (5, 250), (6, 250)] {
            try lctt.order([5, rate] + Bench.frequency(869_525_000))
            // MACPayload is FHDR, FPort and this; 255 bytes are the chip's own limit.
            for excess in [0, 1] where limit + excess <= 250 {
                let payload = [UInt8](repeating: 7, count: limit - 8 + excess)
                let before = lctt.bench.deliveries().count
                try lctt.bench.send(reply: .rx2(try lctt.peer.downlink(port: 1, payload: payload)))
                #expect(lctt.bench.deliveries().count == before + (excess == 0 ? 1 : 0), "DR\(rate) \(payload.count)")
                if excess == 1 { #expect(lctt.bench.discards().last == .tooLong(bytes: limit + 1, limit: limit)) }
            }
        }
    }

    @Test func `LCTT 019A and 019B the largest payload goes out whole, one byte more is refused`() throws {
        let lctt = try CertificationBench()
        for (rate, limit) in [(UInt8(0), 51), (1, 51), (2, 51), (3, 115), (4, 242), (5, 242), (6, 242)] {
            if rate == 6 {
                try lctt.order([7, 3] + Bench.frequency(867_100_000) + [0x60])
                lctt.bench.device.state.session?.commands = CommandQueue()
            }
            lctt.bench.device.state.session?.dataRate = DataRate(rate)
            #expect(lctt.bench.device.maximumPayload == limit)
            let payload = [UInt8](repeating: rate, count: limit)
            #expect(try lctt.bench.send(Uplink(port: 1, payload: payload)) == .sent)
            #expect(try lctt.bench.lastUplink().payload == payload)
            #expect(throws: UplinkRefusal.payloadTooLong(bytes: limit + 1, limit: limit)) {
                try lctt.bench.send(Uplink(port: 1, payload: payload + [0]))
            }
            #expect(lctt.bench.device.earliestTransmission(payloadCount: limit + 1, at: lctt.bench.now) == nil)
        }
    }

    @Test func `LCTT 020 commands in FOpts or on port 0 are carried out, in both at once the frame is dropped`() throws
    {
        let lctt = try CertificationBench()
        #expect(try lctt.order([6]).payload == [6, 0, 8])
        #expect(try lctt.order([6], onPort0: true).payload == [6, 0, 8])
        let counter = lctt.session?.downlinkCounter
        #expect(try lctt.hear(try lctt.peer.downlink(options: [6], port: 0, payload: [6])).payload.isEmpty)
        #expect(lctt.session?.downlinkCounter == counter)
        #expect(lctt.bench.discards() == [.commandsTwice])
        // Sticky answers, too, go on port 0 where there is no application data.
        try lctt.order([8, 1])
        try lctt.bench.send(Uplink(port: nil, payload: []))
        #expect(try lctt.bench.lastUplink().port == 0 && lctt.bench.lastUplink().payload == [8])
        // Commands without application data go on port 0; beside application data they go in FOpts.
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(options: [6], port: 5, payload: [1])))
        try lctt.bench.send(Uplink(port: 5, payload: [2]))
        let uplink = try lctt.bench.lastUplink()
        #expect(uplink.options == [6, 0, 8] && uplink.port == 5 && uplink.payload == [2])
    }

    @Test func `LCTT 021 answers before requests before application data, cut between two commands`() throws {
        let lctt = try CertificationBench()
        lctt.bench.device.requestLinkCheck()
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(options: [8, 2, 6])))
        lctt.bench.device.requestDeviceTime()
        lctt.bench.device.requestLinkCheck()
        // 242 bytes less 6 of commands.
        #expect(lctt.bench.device.maximumPayload == 236)
        try lctt.bench.send(Uplink(port: 1, payload: [UInt8](repeating: 1, count: 236)))
        #expect(try lctt.bench.lastUplink().options == [8, 6, 0, 8, 0x0D, 2])
        // Nine answers of three bytes and a block of two: all are executed, all are answered ahead of the data.
        let many = [UInt8](repeating: 6, count: 9) + [3, 0x30, 7, 0, 1, 3, 0x30, 7, 0, 2]
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(port: 0, payload: many)))
        let before = lctt.bench.air.count
        try lctt.bench.send(Uplink(port: 1, payload: [3]))
        let first = try lctt.bench.uplink(before)
        #expect(first.port == 0 && first.payload.count == 31 && first.payload.suffix(4) == [3, 7, 3, 7])
        let second = try lctt.bench.lastUplink()
        #expect(second.port == 1 && second.payload == [3] && second.options.isEmpty)
        #expect(lctt.session?.nbTrans == 2 && lctt.device.dataRate == DataRate(3))
    }

    @Test func `answers that came while a full payload was waiting go ahead of it`() throws {
        let lctt = try CertificationBench { $0.dailyAirTime = .milliseconds(600) }
        let full = [UInt8](repeating: 1, count: 242)
        try lctt.bench.send(Uplink(port: 1, payload: full))
        // The daily air-time is empty: this one waits, and the network's order reaches a class C device meanwhile.
        lctt.bench.perform(try lctt.bench.device.send(Uplink(port: 1, payload: full), at: lctt.bench.now))
        lctt.bench.device.state.session?.commands.append(.devStatusAnswer(battery: 0, margin: 1))
        let before = lctt.bench.air.count
        try lctt.bench.run(for: .hours(60)) { lctt.bench.device.isIdle }
        #expect(lctt.bench.air.count == before + 2)
        #expect(try lctt.bench.uplink(before).payload == [6, 0, 1])
        #expect(try lctt.bench.uplink(before + 1).payload == full)
    }

    @Test func `LCTT 022 FPort 224 is closed to a device that is not on the bench, and so are reserved ports`() throws {
        let lctt = try CertificationBench()
        for port: UInt8 in [224, 225, 255] {
            #expect(try lctt.hear(try lctt.peer.downlink(port: port, payload: [0])).port == nil)
        }
        #expect(lctt.bench.deliveries().isEmpty)
        #expect(lctt.session?.downlinkCounter?.rawValue == 2, "the frames themselves are good")
        #expect(throws: UplinkRefusal.wrongPort(224)) { try lctt.bench.send(Uplink(port: 224, payload: [])) }
    }
}
