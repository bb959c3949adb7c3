import Testing
import Timekeeping

@testable import LoRaWAN

/// A device in the plans of 72 channels.
@Suite struct FixedPlanTests {
    static func joined(_ region: Region, masks: [UInt8] = [], dataRate: UInt8? = nil) throws -> Bench {
        let bench = try Bench(
            Bench.configuration {
                $0.region = region
                $0.dataRate = dataRate.map { DataRate($0) }
            })
        bench.peer.downlinkSettings = 8
        if !masks.isEmpty { bench.peer.channelList = masks + [UInt8](repeating: 0, count: 15 - masks.count) + [1] }
        try bench.join()
        return bench
    }

    func answer(_ bench: Bench, to commands: [UInt8]) throws -> [UInt8] {
        try bench.send(reply: .rx1(try bench.peer.downlink(options: commands)))
        try bench.send(Uplink(port: nil, payload: []))
        return try bench.lastUplink().payload
    }

    func channel(_ region: Region, _ transmission: Transmission) -> Int {
        region.defaultChannels.firstIndex { $0.frequency == transmission.frequency } ?? -1
    }

    @Test(arguments: [Region.us915, .au915])
    func `72 join-requests use each channel once, and each nine of them each bank once`(region: Region) throws {
        let bench = try Bench(Bench.configuration { $0.region = region })
        bench.reply = { _ in .silence }
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .hours(60)) { bench.windows.count >= 288 }
        let sent = bench.air.map(\.transmission)
        let channels = sent.map { channel(region, $0) }
        for cycle in 0..<2 { #expect(Set(channels[(cycle * 72)..<(cycle * 72 + 72)]) == Set(0..<72)) }
        for round in 0..<16 { #expect(Set(channels[(round * 9)..<(round * 9 + 9)].map { $0 / 8 }) == Set(0..<9)) }
        for (channel, transmission) in zip(channels, sent) {
            let rate = region.joinDataRates[channel < 64 ? 0 : 1]
            #expect(transmission.modulation == region.modulation(of: rate))
        }
        // The join-accept comes on the downlink channel of the uplink's.
        for (index, channel) in channels.enumerated() {
            #expect(bench.windows[index * 2].frequency == 923_300_000 + 600_000 * (channel % 8))
            #expect(bench.windows[index * 2].modulation.bandwidth == .khz500)
            #expect(bench.windows[index * 2 + 1].frequency == 923_300_000)
        }
    }

    @Test func `a CFList of type 1 enables the channels that the gateway hears`() throws {
        // Sub-band 2 of The Things Network: channels 8 to 15 and 65.
        let bench = try Self.joined(.us915, masks: [0, 0xFF, 0, 0, 0, 0, 0, 0, 2, 0])
        #expect(bench.device.state.session?.channelMask == (0xFF00 | 1 << 65 as ChannelMask))
        #expect(bench.device.dataRate == DataRate(0), "a narrow data rate, also after a join on a wide channel")
        var used: [Int] = []
        for _ in 0..<8 {
            try bench.send()
            used.append(channel(.us915, bench.air[bench.air.count - 1].transmission))
        }
        #expect(Set(used) == Set(8..<16))
        bench.device.state.session?.dataRate = DataRate(4)
        try bench.send()
        #expect(channel(.us915, bench.air[bench.air.count - 1].transmission) == 65)
    }

    @Test func `a list of frequencies, or an empty list of masks, is passed over`() throws {
        let empty = try Self.joined(.us915, masks: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let joinedOn = channel(.us915, empty.air[empty.air.count - 1].transmission)
        #expect(empty.device.state.session?.channelMask == Region.bank(ofChannel: joinedOn))
        let bench = try Bench(Bench.configuration { $0.region = .au915 })
        bench.peer.downlinkSettings = 8
        bench.peer.channelList = Bench.frequency(867_100_000) + [UInt8](repeating: 0, count: 13)
        try bench.join()
        #expect(bench.device.state.session?.channels == Region.au915.initialChannels)
    }

    @Test func `ChMaskCntl 0 to 7 each mean what the plan says`() throws {
        let bench = try Self.joined(.us915, dataRate: 3)
        func mask() -> ChannelMask { bench.device.state.session?.channelMask ?? 0 }
        #expect(try answer(bench, to: [3, 0xFF, 0xFF, 0, 0x71]) == [3, 5], "DR3 needs a narrow channel")
        // All narrow ones off and one group of them on, in one block.
        #expect(try answer(bench, to: [3, 0xFF, 0x01, 0, 0x71, 3, 0xFF, 0x0F, 0xF0, 0x21]) == [3, 7, 3, 7])
        #expect(mask() == (0xF00F << 32 | 1 << 64 as ChannelMask))
        #expect(try answer(bench, to: [3, 0xFF, 0x82, 0, 0x41]) == [3, 7])
        #expect(mask() == (0xF00F << 32 | 0x82 << 64 as ChannelMask))
        #expect(try answer(bench, to: [3, 0xFF, 0x81, 0, 0x51]) == [3, 7])
        #expect(mask() == (0xFF | 0xFF << 56 | 0x81 << 64 as ChannelMask))
        #expect(try answer(bench, to: [3, 0xFF, 0x0F, 0, 0x61]) == [3, 7])
        #expect(mask() == (Region.narrowMask | 0x0F << 64))
        #expect(try answer(bench, to: [3, 0xFF, 0, 0, 0x71, 3, 0xFF, 1, 0, 0x01]) == [3, 4, 3, 4], "one is too few")
        #expect(try answer(bench, to: [3, 0x4F, 0xFF, 0, 0x71]) == [3, 7], "DR4 on the wide ones alone")
        #expect(mask() == (0xFF << 64 as ChannelMask) && bench.device.dataRate == DataRate(4))
        #expect(try answer(bench, to: [3, 0x5F, 0xFF, 0, 0x61]) == [3, 5], "DR5 is LR-FHSS")
        #expect(try answer(bench, to: [3, 0x8F, 0xFF, 0, 0x61]) == [3, 5], "DR8 is for downlinks")
    }

    @Test func `RX1 is on the downlink channel of the uplink's, at 500 kHz`() throws {
        let bench = try Self.joined(.au915, dataRate: 5)
        for _ in 0..<20 {
            try bench.send()
            let sent = channel(.au915, bench.air[bench.air.count - 1].transmission)
            let window = bench.windows[bench.windows.count - 2]
            #expect(window.frequency == 923_300_000 + 600_000 * (sent % 8))
            #expect(window.modulation == Region.au915.modulation(of: DataRate(13)))
        }
        try bench.send(reply: .rx1(try bench.peer.downlink(port: 1, payload: [UInt8](repeating: 1, count: 242))))
        #expect(bench.deliveries().count == 1)
        #expect(try answer(bench, to: [5, 0x0D] + Bench.frequency(923_900_000)) == [5, 7])
        #expect(try answer(bench, to: [5, 0x02] + Bench.frequency(923_900_000)) == [5, 5], "DR2 is for uplinks")
    }

    @Test func `NewChannelReq and DlChannelReq are passed over`() throws {
        let bench = try Self.joined(.us915)
        let before = bench.device.state.session?.channels
        let commands = [7, 3] + Bench.frequency(903_000_000) + [0x30, 0x0A, 1] + Bench.frequency(923_900_000) + [6]
        try bench.send(reply: .rx1(try bench.peer.downlink(options: Array(commands.prefix(15)))))
        #expect(try answer(bench, to: [0x0A, 1] + Bench.frequency(923_900_000) + [6]) == [6, 0, 8])
        #expect(bench.device.state.session?.channels == before)
    }

    @Test func `AU915 begins with the uplinks' dwell time limited`() throws {
        let bench = try Self.joined(.au915, dataRate: 0)
        #expect(bench.device.dataRate == DataRate(2) && bench.device.maximumPayload == 11)
        #expect(try answer(bench, to: [9, 0x05]) == [9])
        #expect(try answer(bench, to: [3, 0x0F, 0xFF, 0, 0x61]).suffix(2) == [3, 7])
        #expect(bench.device.dataRate == DataRate(0))
    }

    @Test func `the step below the slowest data rate enables all channels again`() throws {
        let bench = try Self.joined(.us915, masks: [0, 0xFF, 0, 0, 0, 0, 0, 0, 2, 0])
        for _ in 0..<130 { try bench.send(Uplink(port: 1, payload: [])) }
        #expect(bench.device.state.session?.channelMask == (1 << 72 as ChannelMask) - 1)
    }

    @Test func `the record of 72 channels is short, and reads back`() throws {
        let bench = try Self.joined(.us915, masks: [0, 0xFF, 0, 0, 0, 0, 0, 0, 2, 0])
        for _ in 0..<20 { try bench.send(Uplink(port: 1, payload: [])) }
        let bytes = bench.device.state.encoded()
        #expect(bytes.count < 200, "\(bytes.count) bytes")
        let again = try Bench(bench.configuration, restoring: try DeviceState(decoding: bytes), at: bench.now)
        #expect(again.device.state == bench.device.state)
    }
}
