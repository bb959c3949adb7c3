import Testing
import Timekeeping

@testable import LoRaWAN

/// Plans of 72 channels behind a gateway that hears one bank of eight and the wide channel among them.
@Suite struct GatewayOfEightChannelsTests {
    struct Loss {
        var joinRequests = 0
        var uplinks = 0
    }

    static func index(_ region: Region, _ transmission: Transmission) -> Int {
        region.defaultChannels.firstIndex { $0.frequency == transmission.frequency } ?? -1
    }

    /// What was lost until the first uplink was heard.
    ///
    /// - Parameter forgets: uses all channels after the join, as if that had shown nothing.
    func loss(_ region: Region, bank: Int, seed: UInt64, subBand: Bool = false, forgets: Bool = false) throws -> Loss {
        let heard = Region.bank(bank)
        let bench = try Bench(
            Bench.configuration {
                $0.region = region
                $0.randomSeed = seed
                $0.channelMask = subBand ? heard : nil
            })
        bench.peer.downlinkSettings = 8
        bench.reply = { sent in
            guard heard >> ChannelMask(Self.index(region, sent)) & 1 == 1, sent.payload.first == 0 else {
                return .silence
            }
            return .rx1(try bench.peer.joinAccept(to: sent.payload))
        }
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .hours(48)) { bench.device.isJoined }
        var loss = Loss(joinRequests: bench.air.count - 1)
        if forgets { bench.device.state.session?.channelMask = region.defaultMask }
        for _ in 0..<72 {
            try bench.send()
            if heard >> ChannelMask(Self.index(region, bench.air[bench.air.count - 1].transmission)) & 1 == 1 { break }
            loss.uplinks += 1
        }
        return loss
    }

    @Test(arguments: [Region.us915, .au915]) func `no uplink is lost after a join that showed the bank`(region: Region)
        throws
    {
        var (before, after) = ([Int](), [Int]())
        for seed in 0..<128 as Range<UInt64> {
            let bank = Int(seed % 8)
            before.append(try loss(region, bank: bank, seed: seed, forgets: true).uplinks)
            after.append(try loss(region, bank: bank, seed: seed).uplinks)
        }
        #expect(before.reduce(0, +) > 4 * before.count && before.max() ?? 0 > 10, "the gateway is hard to find")
        #expect(after.allSatisfy { $0 == 0 }, "\(after)")
    }

    @Test(arguments: [Region.us915, .au915]) func `with the sub-band written down the first join-request is heard`(
        region: Region
    ) throws {
        var blind = 0
        for seed in 0..<32 as Range<UInt64> {
            let bank = Int(seed % 8)
            blind += try loss(region, bank: bank, seed: seed).joinRequests
            let known = try loss(region, bank: bank, seed: seed, subBand: true)
            #expect(known.joinRequests == 0 && known.uplinks == 0)
        }
        #expect(blind > 32, "without it they look for the gateway")
    }

    @Test func `join-requests in one sub-band use each of its nine channels once`() throws {
        let bench = try Bench(
            Bench.configuration {
                $0.region = .us915
                $0.channelMask = Region.bank(1)
            })
        bench.reply = { _ in .silence }
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .hours(60)) { bench.air.count >= 27 }
        let channels = bench.air.map { Self.index(.us915, $0.transmission) }
        for round in 0..<3 { #expect(Set(channels[(round * 9)..<(round * 9 + 9)]) == Set([65] + Array(8..<16))) }
    }

    @Test func `a CFList and LinkADRReq go before the sub-band, and back-off returns to it`() throws {
        let bench = try Bench(
            Bench.configuration {
                $0.region = .us915
                $0.channelMask = Region.bank(1)
            })
        bench.peer.downlinkSettings = 8
        bench.peer.channelList = [0, 0, 0xFF, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 1]
        try bench.join()
        #expect(bench.device.state.session?.channelMask == Region.bank(2))
        try bench.send(reply: .rx1(try bench.peer.downlink(options: [3, 0xFF, 8, 0, 0x51])))
        #expect(bench.device.state.session?.channelMask == Region.bank(3))
        for _ in 0..<170 { try bench.send(Uplink(port: 1, payload: [])) }
        #expect(bench.device.state.session?.channelMask == Region.bank(3) | Region.bank(1))
    }

    @Test func `a sub-band that is written down later counts in a session that used all channels`() throws {
        let bench = try FixedPlanTests.joined(.au915)
        bench.device.state.session?.channelMask = Region.au915.defaultMask
        var configuration = bench.configuration
        configuration.channelMask = Region.bank(1)
        let state = try DeviceState(decoding: bench.device.state.encoded())
        let again = try Bench(configuration, restoring: state, at: bench.now)
        #expect(again.device.state.session?.channelMask == Region.bank(1))
        // What the network has chosen stays.
        bench.device.state.session?.channelMask = Region.bank(4)
        let chosen = try DeviceState(decoding: bench.device.state.encoded())
        let kept = try Bench(configuration, restoring: chosen, at: bench.now)
        #expect(kept.device.state.session?.channelMask == Region.bank(4))
    }
}
