import Testing
import Timekeeping

@testable import LoRaWAN

/// LCTT EU868 class A, the cases about MAC commands.
@Suite struct CommandCertificationTests {
    @Test func `LCTT 005 DevStatusReq: the battery, and the margin of the request itself`() throws {
        let lctt = try CertificationBench { $0.battery = 200 }
        #expect(try lctt.order([6]).payload == [6, 200, 8], "30 quarters of a decibel are 8 dB")
        lctt.bench.device.battery = 0
        #expect(try lctt.order([6], confirmed: true).payload == [6, 0, 8])
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options.isEmpty, "once")
    }

    @Test func `LCTT 006 NewChannelReq: defaults are read-only; channels are added, used, changed and removed`() throws
    {
        let lctt = try CertificationBench()
        let carriers = (0..<13).map { 863_200_000 + $0 * 500_000 }
        func request(_ index: Int, _ hertz: Int, _ rates: UInt8 = 0x50) -> [UInt8] {
            [7, UInt8(index)] + Bench.frequency(hertz) + [rates]
        }
        for index in 0..<3 {
            #expect(try lctt.order(request(index, 867_100_000)).payload == [7, 0])
            #expect(try lctt.order(request(index, 0)).payload == [7, 0], "nor removed")
        }
        // Many in one frame, on port 0.
        let all = carriers.enumerated().flatMap { request($0.offset + 3, $0.element) }
        #expect(
            try lctt.order(all, onPort0: true).payload
                == [UInt8](repeating: 7, count: 26).enumerated().map {
                    $0.offset % 2 == 0 ? 7 : 3
                })
        let defaults = [868_100_000, 868_300_000, 868_500_000]
        #expect(lctt.session?.channelMask == 0xFFFF)
        lctt.bench.device.state.session?.usedChannels = 0
        #expect(Set(try lctt.carriers(16)) == Set(carriers + defaults), "each once before one is used again")
        #expect(try lctt.order(request(3, 863_300_000)).payload == [7, 3])
        #expect(try lctt.order(request(15, 0)).payload == [7, 3])
        let later = try lctt.carriers(45)
        #expect(!later.contains(carriers[12]) && !later.contains(carriers[0]) && later.contains(863_300_000))
        #expect(try lctt.order(request(4, 862_900_000)).payload == [7, 2])
        #expect(
            try lctt.order(request(4, 867_000_000, 0x57)).payload == [7, 1], "7 to 5 is no range")
    }

    @Test func `LCTT 007 DlChannelReq: RX1 moves, and the answer sticks`() throws {
        let lctt = try CertificationBench()
        try lctt.order([0x0A, 0] + Bench.frequency(864_100_000))
        for index: UInt8 in 1..<3 { try lctt.order([0x0A, index] + Bench.frequency(864_100_000)) }
        #expect(try lctt.bench.lastUplink().payload == [0x0A, 3])
        #expect(lctt.lastWindows[0].frequency == 864_100_000)
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options == [0x0A, 3])
        try lctt.bench.send(reply: .rx2(try lctt.peer.downlink()))
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options.isEmpty)
        #expect(try lctt.order([0x0A, 7] + Bench.frequency(864_100_000)).payload == [0x0A, 1])
    }

    @Test func `LCTT 008 RXParamSetupReq: all or nothing, and the answer sticks`() throws {
        let lctt = try CertificationBench()
        #expect(try lctt.order([5, 0x53] + Bench.frequency(868_525_000)).payload == [5, 7])
        for _ in 0..<2 {
            try lctt.bench.send()
            #expect(try lctt.bench.lastUplink().options == [5, 7])
        }
        for (bytes, status) in [
            ([0x60, 868_525_000], UInt8(3)), ([0x0F, 868_525_000], 5), ([0x00, 915_000_000], 6), ([0x7F, 100], 0),
        ] {
            let answer = try lctt.order([5, UInt8(bytes[0])] + Bench.frequency(bytes[1])).payload
            #expect(answer == [5, status])
            #expect(lctt.session?.rx1Offset == 5 && lctt.session?.rx2Frequency == 868_525_000)
        }
    }

    @Test func `LCTT 009 RXTimingSetupReq: the delay holds from the next uplink on, and the answer sticks`() throws {
        let lctt = try CertificationBench()
        let uplink = try lctt.order([8, 3])
        #expect(uplink.payload == [8])
        #expect(lctt.lastWindows.map { $0.opensAt - lctt.lastEnd } == [.seconds(3), .seconds(4)])
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options == [8])
    }

    @Test func `LCTT 010 TxParamSetupReq: passed over where the region does not have it`() throws {
        let lctt = try CertificationBench()
        let before = lctt.session
        let uplink = try lctt.order([9, 0x3F])
        #expect(uplink.port == nil && uplink.options.isEmpty)
        #expect(lctt.session?.maximumEIRPCode == nil && lctt.session?.uplinkDwell == before?.uplinkDwell)
    }

    @Test func `LCTT 011 LinkCheckReq: sent once, and the answer reaches the application`() throws {
        let lctt = try CertificationBench()
        lctt.bench.device.requestLinkCheck()
        lctt.bench.device.requestLinkCheck()
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(options: [2, 20, 3])))
        #expect(try lctt.bench.lastUplink().options == [2])
        #expect(lctt.bench.log.contains(.linkCheck(margin: 20, gateways: 3)))
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options.isEmpty)
    }

    @Test func `LCTT 012A LinkADRReq: every data rate, power and mask that exists`() throws {
        let lctt = try CertificationBench { $0.conductedPower = -4...14 }
        for rate: UInt8 in 0...5 {
            #expect(try lctt.order([3, rate << 4, 7, 0, 1]).payload == [3, 7])
            #expect(
                lctt.bench.air[lctt.bench.air.count - 1].transmission.modulation
                    == Region.eu868.modulation(of: DataRate(rate)))
        }
        for power: UInt8 in 0...7 {
            #expect(try lctt.order([3, 0xF0 | power, 7, 0, 1]).payload == [3, 7])
            #expect(lctt.bench.air[lctt.bench.air.count - 1].transmission.power == 13 - 2 * Int(power))
        }
        for mask: UInt8 in 1...7 {
            #expect(try lctt.order([3, 0xFF, mask, 0, 1]).payload == [3, 7])
            let used = Set(try lctt.carriers(6))
            #expect(used == Set((0..<3).filter { mask & 1 << UInt8($0) != 0 }.map { 868_100_000 + 200_000 * $0 }))
        }
        #expect(try lctt.order([3, 0xFF, 0, 0, 0x61]).payload == [3, 7], "ChMaskCntl 6 is all that are defined")
        #expect(lctt.session?.channelMask == 7)
        #expect(try lctt.order([3, 0xFF, 7, 0, 0]).payload == [3, 7], "NbTrans 0 is 1")
        #expect(lctt.session?.nbTrans == 1)
    }

    @Test func `LCTT 012B LinkADRReq: what is wrong is refused bit by bit, and blocks are atomic`() throws {
        let lctt = try CertificationBench()
        let before = try #require(lctt.session)
        for (request, status) in [
            ([0x71, 7, 0, 1], UInt8(5)), ([0x61, 7, 0, 1], 5), ([0x51, 0x0F, 0, 1], 4), ([0x58, 7, 0, 1], 3),
            ([0x7E, 0, 0, 1], 0), ([0x51, 7, 0, 0x11], 4), ([0x51, 7, 0, 0x71], 4),
        ] as [([UInt8], UInt8)] {
            #expect(try lctt.order([3] + request).payload == [3, status], "\(request)")
        }
        // The first of a block is bad, the last is good: nothing changes; and the other way round.
        #expect(try lctt.order([3, 0x21, 0, 1, 1, 3, 0x21, 3, 0, 1]).payload == [3, 4, 3, 4])
        #expect(try lctt.order([3, 0x41, 3, 0, 1, 3, 0x41, 0x10, 0, 1]).payload == [3, 4, 3, 4])
        #expect(lctt.session?.dataRate == before.dataRate && lctt.session?.channelMask == 7)
        #expect(try lctt.order([3, 0x41, 3, 0, 1, 3, 0x21, 5, 0, 1]).payload == [3, 7, 3, 7])
        #expect(lctt.session?.dataRate == DataRate(2) && lctt.session?.channelMask == 5)
    }

    @Test func `LCTT 013 DutyCycleReq: silence of 2^n - 1 air-times, lifted by 0`() throws {
        let lctt = try CertificationBench()
        for value: UInt8 in [1, 7, 12] {
            #expect(try lctt.order([4, value]).payload == [4])
            let last = lctt.bench.air[lctt.bench.air.count - 1]
            let earliest = lctt.device.earliestTransmission(payloadCount: 0, at: lctt.bench.now)
            let silent = last.start + last.airTime * (1 << Int64(value))
            #expect(earliest == max(silent, lctt.bench.now))
        }
        try lctt.order([4, 0])
        #expect(lctt.device.earliestTransmission(payloadCount: 0, at: lctt.bench.now) == lctt.bench.now)
    }

    @Test func `LCTT 014 DeviceTimeReq: the answer is the time at the end of the uplink that asked`() throws {
        let lctt = try CertificationBench()
        lctt.bench.device.requestDeviceTime()
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options == [0x0D])
        let asked = lctt.lastEnd
        // The answer comes two uplinks later, and still speaks of the first.
        try lctt.bench.send()
        try lctt.bench.send(reply: .rx2(try lctt.peer.downlink(options: [0x0D, 0, 0, 0, 0, 64])))
        let utc = UTCInstant(secondsSince1970: 315_964_800 - 18) + .milliseconds(250)
        #expect(lctt.bench.log.contains(.networkTime(utc: utc, at: asked)))
        let before = lctt.bench.log.count
        try lctt.bench.send(reply: .rx2(try lctt.peer.downlink(options: [0x0D, 0, 0, 0, 0, 64])))
        #expect(!lctt.bench.log.dropFirst(before).contains { if case .networkTime = $0 { true } else { false } })
    }
}
