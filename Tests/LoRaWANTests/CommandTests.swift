import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct CommandTests {
    /// Sends the commands in a downlink, and returns what the next uplink answers.
    func answer(_ bench: Bench, to commands: [UInt8]) throws -> [UInt8] {
        _ = try bench.send(reply: .rx1(try bench.peer.downlink(options: commands)))
        _ = try bench.send(Uplink(port: nil, payload: []))
        let uplink = try bench.lastUplink()
        return uplink.port == 0 ? uplink.payload : uplink.options
    }

    func joined(_ change: (inout DeviceConfiguration) -> Void = { _ in }) throws -> Bench {
        let bench = try Bench(
            Bench.configuration {
                $0.dataRate = DataRate(5)
                change(&$0)
            })
        try bench.join()
        return bench
    }

    @Test func `LinkADRReq sets data rate, power, mask and NbTrans`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [3, 0x35, 0x03, 0x00, 0x02]) == [3, 7])
        let session = try #require(bench.device.state.session)
        #expect(session.dataRate == DataRate(3) && session.powerIndex == 5)
        #expect(session.channelMask == 3 && session.nbTrans == 2)
    }

    @Test func `a mask that enables an undefined channel answers 04 and changes nothing`() throws {
        let bench = try joined()
        let before = bench.device.state.session?.channelMask
        #expect(try answer(bench, to: [3, 0x31, 0x0F, 0x00, 0x03]) == [3, 4])
        #expect(bench.device.state.session?.channelMask == before)
        #expect(bench.device.state.session?.nbTrans == 1 && bench.device.dataRate == DataRate(5))
        #expect(try answer(bench, to: [3, 0x31, 0x00, 0x00, 0x01]) == [3, 4], "all channels off")
        #expect(try answer(bench, to: [3, 0x31, 0x07, 0x00, 0x51]) == [3, 4], "ChMaskCntl 5 is not defined")
    }

    @Test func `a LinkADR block is one: the last decides, each is answered alike, one bad mask refuses all`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [3, 0x20, 1, 0, 1, 3, 0x41, 6, 0, 2]) == [3, 7, 3, 7])
        #expect(bench.device.dataRate == DataRate(4) && bench.device.state.session?.channelMask == 6)
        #expect(try answer(bench, to: [3, 0x20, 0, 0x80, 1, 3, 0x31, 7, 0, 1]) == [3, 4, 3, 4])
        #expect(bench.device.dataRate == DataRate(4))
        // A command between two of them ends the block.
        #expect(try answer(bench, to: [3, 0x20, 0, 0x80, 1, 6, 3, 0x31, 7, 0, 1]) == [3, 4, 6, 0, 8, 3, 7])
    }

    @Test func `power indices that are reserved or below the radio's reach are refused`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [3, 0x58, 7, 0, 1]) == [3, 3], "index 8 is reserved")
        #expect(try answer(bench, to: [3, 0x57, 7, 0, 1]) == [3, 3], "2 dBm less 2.15 dBi is less than the chip can")
        #expect(try answer(bench, to: [3, 0x55, 7, 0, 1]) == [3, 7])
        #expect(try answer(bench, to: [3, 0xFF, 7, 0, 1]) == [3, 7], "15 keeps")
        #expect(bench.device.state.session?.powerIndex == 5 && bench.device.dataRate == DataRate(5))
    }

    @Test func `with ADR off the mask applies and the rest is kept`() throws {
        let bench = try joined { $0.adr = false }
        #expect(try answer(bench, to: [3, 0x21, 3, 0, 4]) == [3, 7])
        let session = try #require(bench.device.state.session)
        #expect(session.channelMask == 3 && session.dataRate == DataRate(5) && session.nbTrans == 1)
        #expect(try !bench.lastUplink().adr)
    }

    @Test func `NewChannelReq adds, changes and removes channels, but not the default ones`() throws {
        let bench = try joined()
        let add = [7, 3] + Bench.frequency(867_100_000) + [0x50]
        #expect(try answer(bench, to: add.map { UInt8($0) }) == [7, 3])
        var heard: Set<Int> = []
        for _ in 0..<8 {
            _ = try bench.send()
            heard.insert(bench.air[bench.air.count - 1].transmission.frequency)
        }
        #expect(heard == [868_100_000, 868_300_000, 868_500_000, 867_100_000])
        #expect(try answer(bench, to: [7, 0] + Bench.frequency(867_100_000) + [0x50]) == [7, 0])
        #expect(try answer(bench, to: [7, 16] + Bench.frequency(867_100_000) + [0x50]) == [7, 0])
        #expect(try answer(bench, to: [7, 4] + Bench.frequency(869_300_000) + [0x50]) == [7, 2], "in a gap")
        #expect(try answer(bench, to: [7, 4] + Bench.frequency(867_300_000) + [0x05]) == [7, 1], "DR5 to DR0")
        #expect(try answer(bench, to: [7, 3, 0, 0, 0, 0x50]) == [7, 3])
        #expect(bench.device.state.session?.channelMask == 7)
    }

    @Test func `DlChannelReq moves RX1 of a channel that exists`() throws {
        let bench = try joined()
        for index: UInt8 in 0..<3 {
            #expect(try answer(bench, to: [0x0A, index] + Bench.frequency(867_500_000)) == [0x0A, 3])
        }
        _ = try bench.send()
        #expect(bench.windows[bench.windows.count - 2].frequency == 867_500_000)
        #expect(try answer(bench, to: [0x0A, 9] + Bench.frequency(867_500_000)) == [0x0A, 1])
        #expect(try answer(bench, to: [0x0A, 0] + Bench.frequency(915_000_000)) == [0x0A, 2])
    }

    @Test func `RXParamSetupReq is done whole or not at all`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [5, 0x62] + Bench.frequency(869_525_000)) == [5, 3])
        #expect(bench.device.state.session?.rx2DataRate == DataRate(0))
        #expect(try answer(bench, to: [5, 0x23] + Bench.frequency(869_525_000)) == [5, 7])
        _ = try bench.send()
        let windows = bench.windows.suffix(2).map { $0 }
        #expect(windows[0].modulation == Modulation(spreadingFactor: 9, bandwidth: .khz125), "DR5 less 2")
        #expect(windows[1].modulation == Modulation(spreadingFactor: 9, bandwidth: .khz125))
        #expect(try answer(bench, to: [5, 0x28] + Bench.frequency(862_000_000)) == [5, 4], "there is no DR8")
    }

    @Test func `RXTimingSetupReq moves the windows`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [8, 7]) == [8])
        _ = try bench.send()
        let last = bench.air[bench.air.count - 1]
        #expect(bench.windows[bench.windows.count - 2].opensAt - (last.start + last.airTime) == .seconds(7))
    }

    @Test func `sticky answers stay until a downlink, the others go out once`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [8, 2, 6, 0x0A, 0] + Bench.frequency(868_100_000)) == [8, 6, 0, 8, 0x0A, 3])
        for _ in 0..<3 {
            _ = try bench.send()
            #expect(try bench.lastUplink().options == [8, 0x0A, 3])
        }
        #expect(bench.device.maximumPayload == 242 - 3)
        _ = try bench.send(reply: .rx1(try bench.peer.downlink()))
        _ = try bench.send()
        #expect(try bench.lastUplink().options.isEmpty)
    }

    @Test func `however many sticky answers there are, requests and payloads get through`() throws {
        let bench = try Bench(
            Bench.configuration {
                $0.region = .us915
                $0.deviceClass = .c
                $0.dataRate = DataRate(0)
            })
        bench.peer.downlinkSettings = 8
        try bench.join()
        // Class C downlinks end no sticky answer: they pile up.
        for number in 0..<40 {
            let order =
                [5, UInt8(8 + number % 8)] + Bench.frequency(923_300_000 + number % 3 * 600_000) + [
                    8, UInt8(number % 16),
                ]
            let frame = try bench.peer.downlink(options: order)
            bench.perform(
                bench.device.handle(
                    .received(ReceivedFrame(payload: frame, at: bench.now, rssi: -90, snrQuarters: 20))))
        }
        bench.device.requestDeviceTime()
        bench.device.requestLinkCheck()
        #expect(bench.device.maximumPayload >= 0)
        let before = bench.air.count
        try bench.send(Uplink(port: 3, payload: []))
        let sent = try (before..<bench.air.count).map { try bench.uplink($0) }
        #expect(sent.count <= 4)
        #expect(sent.contains { ($0.options + $0.payload).contains(0x0D) && ($0.options + $0.payload).contains(2) })
        #expect(sent.last?.port == 3)
        // What repeats is each answer once: of each status of RXParamSetupAns, and RXTimingSetupAns.
        #expect(try bench.lastUplink().options.count <= 9)
        try bench.send()
        #expect(try bench.lastUplink().port == 1)
    }

    @Test func `answers that FOpts cannot hold go ahead on port 0, and the payload follows`() throws {
        let bench = try joined()
        // Eight status requests on port 0: 24 bytes of answers.
        _ = try bench.send(
            reply: .rx1(try bench.peer.downlink(port: 0, payload: [UInt8](repeating: 6, count: 8))))
        #expect(bench.device.maximumPayload == 242)
        let before = bench.air.count
        #expect(try bench.send(Uplink(port: 5, payload: [9])) == .sent)
        #expect(bench.air.count == before + 2)
        let commands = try bench.uplink(before)
        #expect(commands.port == 0 && commands.options.isEmpty)
        #expect(commands.payload == [UInt8](repeating: 0, count: 8).flatMap { [6, $0, 8] })
        let report = try bench.uplink(before + 1)
        #expect(report.port == 5 && report.options.isEmpty && report.payload == [9])
        #expect(bench.results().count == 2, "nobody waits for the commands' frame")
    }

    @Test func `answers are cut between two commands`() throws {
        let bench = try joined()
        bench.device.state.session?.dataRate = DataRate(0)
        _ = try bench.send(
            Uplink(port: nil, payload: []),
            reply: .rx1(try bench.peer.downlink(port: 0, payload: [UInt8](repeating: 6, count: 30))))
        _ = try bench.send(Uplink(port: nil, payload: []))
        let uplink = try bench.lastUplink()
        #expect(uplink.port == 0 && uplink.payload.count == 51, "17 of 30 answers of three bytes")
    }

    @Test func `an unknown command ends parsing, and so does one that is cut off`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [6, 0x7F, 6]) == [6, 0, 8])
        #expect(try answer(bench, to: [4, 0, 3, 0x50, 7]) == [4])
    }

    @Test func `TXParamSetupReq is passed over in EU868`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [9, 0x05, 4, 0]) == [4])
    }

    @Test func `DutyCycleReq silences all channels`() throws {
        let bench = try joined()
        #expect(try answer(bench, to: [4, 10]) == [4])
        let last = bench.air[bench.air.count - 1]
        let earliest = try #require(bench.device.earliestTransmission(payloadCount: 3, at: bench.now))
        #expect(earliest == last.start + last.airTime * 1_024)
    }

    @Test func `DeviceTimeAns is the time at the end of the uplink, in UTC`() throws {
        let bench = try joined()
        bench.device.requestDeviceTime()
        bench.device.requestLinkCheck()
        // 2026-01-01T00:00:00Z is GPS second 1 451 260 818.
        let seconds: [UInt8] = [0x12, 0x83, 0x80, 0x56]
        let value = seconds.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        _ = try bench.send(
            reply: .rx1(try bench.peer.downlink(options: [0x0D] + seconds + [128, 2, 20, 3])))
        #expect(try bench.lastUplink().options == [0x0D, 2])
        let sent = bench.air[bench.air.count - 1]
        let utc = UTCInstant(secondsSince1970: 315_964_800 + Int64(value) - 18) + .milliseconds(500)
        #expect(bench.log.contains(.networkTime(utc: utc, at: sent.start + sent.airTime)))
        #expect(bench.log.contains(.linkCheck(margin: 20, gateways: 3)))
    }

    @Test func `ADR back-off comes at uplinks 65, 97, 129 and every 32 from there`() throws {
        let bench = try joined()
        bench.device.state.session?.powerIndex = 5
        bench.device.state.session?.nbTrans = 3
        bench.device.state.session?.channelMask = 1
        bench.device.state.session?.uplinksSinceDownlink = 0
        var seen: [String] = []
        var last = ""
        for number in 1...290 {
            let before = bench.air.count
            // Far enough apart for the law to allow every repetition.
            bench.now = bench.now + .minutes(30)
            _ = try bench.send(Uplink(port: 1, payload: []))
            let uplink = try bench.uplink(before)
            let sent = bench.air[before].transmission
            let mask = try #require(bench.device.state.session?.channelMask)
            let now =
                "\(sent.modulation) \(sent.power) dBm x\(bench.air.count - before)\(uplink.adrAckReq ? " ask" : "") \(mask)"
            if now != last { seen.append("#\(number) \(now)") }
            last = now
        }
        #expect(
            seen == [
                "#1 SF7BW125 3 dBm x3 1", "#65 SF7BW125 3 dBm x3 ask 1", "#97 SF7BW125 13 dBm x3 ask 1",
                "#129 SF8BW125 13 dBm x3 ask 1", "#161 SF9BW125 13 dBm x3 ask 1", "#193 SF10BW125 13 dBm x3 ask 1",
                "#225 SF11BW125 13 dBm x3 ask 1", "#257 SF12BW125 13 dBm x3 ask 1", "#288 SF12BW125 13 dBm x3 ask 7",
                "#289 SF12BW125 13 dBm x1 ask 7",
            ])
        _ = try bench.send(reply: .rx1(try bench.peer.downlink()))
        _ = try bench.send()
        #expect(try !bench.lastUplink().adrAckReq)
    }
}
