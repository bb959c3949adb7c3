import Testing
import Timekeeping

@testable import LoRaWAN

/// A device in each of the regions whose network adds channels.
@Suite struct DynamicRegionTests {
    static func joined(_ region: Region, _ change: (inout DeviceConfiguration) -> Void = { _ in }) throws -> Bench {
        let bench = try Bench(
            Bench.configuration {
                $0.region = region
                change(&$0)
            })
        bench.peer.downlinkSettings = region.rx2DataRate.index
        try bench.join()
        return bench
    }

    @Test(arguments: Region.all.filter(\.isDynamic))
    func `a device joins, sends, hears, and takes a channel list`(region: Region) throws {
        let bench = try Bench(Bench.configuration { $0.region = region })
        let base = region.defaultChannels[0].frequency
        let extra = (1...5).map { base + 200_000 * $0 + 50_000 }.map { region.allows(frequency: $0) ? $0 : 0 }
        bench.peer.channelList = extra.flatMap { Bench.frequency($0) } + [0]
        bench.peer.downlinkSettings = region.rx2DataRate.index
        try bench.join()
        let join = bench.air[0].transmission
        #expect(region.defaultChannels.map(\.frequency).contains(join.frequency))
        let session = try #require(bench.device.state.session)
        #expect(session.channels.dropFirst(region.defaultChannels.count).prefix(5).map(\.frequency) == extra)
        let count = session.definedChannels.nonzeroBitCount
        var carriers: Set<Int> = []
        for _ in 0..<count {
            try bench.send()
            carriers.insert(bench.air[bench.air.count - 1].transmission.frequency)
        }
        #expect(carriers.count == count)
        try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [1])))
        #expect(bench.windows.last?.frequency == region.rx2Frequency)
        #expect(bench.deliveries().count == 1)
        // Another start reads the same session from the record.
        let state = try DeviceState(decoding: bench.device.state.encoded())
        let again = try Bench(bench.configuration, restoring: state, at: bench.now)
        #expect(again.device.state == bench.device.state)
    }

    @Test func `join-requests go out at every data rate that the region joins at`() throws {
        for region in Region.all where region.isDynamic {
            let bench = try Bench(Bench.configuration { $0.region = region })
            bench.reply = { _ in .silence }
            bench.perform(bench.device.start(at: bench.now))
            try bench.run(for: .hours(1))
            let seen = Set(bench.air.map(\.transmission.modulation))
            #expect(seen == Set(region.joinDataRates.compactMap { region.modulation(of: $0) }), "\(region.name)")
        }
    }

    @Test func `AS923 begins with the dwell time limited, and TXParamSetupReq lifts and sets the limit`() throws {
        let bench = try Self.joined(.as923) { $0.dataRate = DataRate(0) }
        #expect(bench.device.dataRate ?? DataRate(0) >= DataRate(2), "DR0 takes longer than 400 ms")
        bench.device.state.session?.dataRate = DataRate(2)
        #expect(bench.device.maximumPayload == 11)
        // Refused while the limit holds: LinkADRReq to DR0.
        func answer(_ commands: [UInt8]) throws -> [UInt8] {
            try bench.send(reply: .rx2(try bench.peer.downlink(options: commands)))
            try bench.send(Uplink(port: nil, payload: []))
            return try bench.lastUplink().payload
        }
        #expect(try answer([3, 0x00, 3, 0, 1]) == [3, 5])
        // MaxEIRP 14 dBm, no limits.
        #expect(try answer([9, 0x04]) == [9])
        #expect(bench.air[bench.air.count - 1].transmission.power == 11)
        #expect(try answer([3, 0x00, 3, 0, 1]).suffix(2) == [3, 7])
        #expect(bench.device.dataRate == DataRate(0))
        #expect(bench.device.maximumPayload == 51, "the sticky answer ended with the downlink")
        // The limit returns: DR0 is of no use any more.
        #expect(try answer([9, 0x35]) == [9])
        #expect(bench.device.dataRate == DataRate(2))
        try bench.send(Uplink(port: 1, payload: [1]))
        #expect(bench.windows[bench.windows.count - 2].modulation.spreadingFactor == 10)
        let record = try DeviceState(decoding: bench.device.state.encoded())
        #expect(record.session?.uplinkDwell == true && record.session?.maximumEIRPCode == 5)
    }

    @Test func `back-off ends at the slowest data rate that the dwell time leaves`() throws {
        let bench = try Self.joined(.as923Group3)
        bench.device.state.session?.dataRate = DataRate(3)
        bench.device.state.session?.nbTrans = 2
        for _ in 0..<170 {
            bench.now = bench.now + .minutes(30)
            try bench.send(Uplink(port: 1, payload: []))
        }
        #expect(bench.device.dataRate == DataRate(2))
        #expect(bench.device.nbTrans == 1, "the step below the slowest")
    }

    @Test func `KR920 radiates 10 dBm below 922 MHz and 14 dBm above`() throws {
        let bench = try Self.joined(.kr920)
        let request = [7, 3] + Bench.frequency(921_100_000) + [0x50]
        try bench.send(reply: .rx2(try bench.peer.downlink(options: request)))
        var powers: [Int: Int] = [:]
        for _ in 0..<8 {
            try bench.send()
            let sent = bench.air[bench.air.count - 1].transmission
            powers[sent.frequency] = sent.power
        }
        #expect(powers == [921_100_000: 7, 922_100_000: 11, 922_300_000: 11, 922_500_000: 11])
    }

    /// A carrier of each kind of order, and whether it was taken.
    func answers(_ region: Region, to hertz: Int) throws -> [Bool] {
        let bench = try Self.joined(region)
        func answer(_ commands: [UInt8]) throws -> UInt8 {
            try bench.send(reply: .rx2(try bench.peer.downlink(options: commands)))
            try bench.send(Uplink(port: nil, payload: []))
            return try #require(try bench.lastUplink().payload.last)
        }
        let carrier = Bench.frequency(hertz)
        let orders: [([UInt8], UInt8)] = [
            ([7, 4] + carrier + [0x50], 3), ([10, 0] + carrier, 3), ([5, region.rx2DataRate.index] + carrier, 7),
        ]
        let other = try Bench(Bench.configuration { $0.region = region })
        other.peer.downlinkSettings = region.rx2DataRate.index
        other.peer.channelList = carrier + [UInt8](repeating: 0, count: 13)
        try other.join()
        let listed = other.device.state.session?.channels.contains { $0.frequency == hertz } ?? false
        return try orders.map { try answer($0.0) == $0.1 } + [listed]
    }

    @Test
    func `carriers outside the band, or beside the raster, are refused by every command and passed over at the join`()
        throws
    {
        // Inside and outside of each end.
        let edges: [(Region, Int, Int, step: Int)] = [
            (.kr920, 920_900_000, 923_300_000, 200_000), (.as923, 915_000_000, 928_000_000, 100),
            (.as923Group2, 920_000_000, 923_000_000, 100), (.as923Group3, 915_000_000, 921_000_000, 100),
            (.as923Group4, 917_000_000, 920_000_000, 100), (.as923Japan, 920_600_000, 923_400_000, 100),
        ]
        for (region, low, high, step) in edges {
            for inside in [low, high] {
                #expect(try answers(region, to: inside) == [true, true, true, true], "\(region.name) \(inside)")
            }
            for outside in [low - step, high + step] {
                #expect(try answers(region, to: outside) == [false, false, false, false], "\(region.name) \(outside)")
            }
        }
        for beside in [921_000_000, 922_200_000, 922_100_100, 923_299_900] {
            #expect(try answers(.kr920, to: beside) == [false, false, false, false], "\(beside)")
        }
    }

    @Test func `a channel that the antenna radiates too much on, even at the lowest power, is not used`() throws {
        // 2 dBm and 9 dBi are more than the 10 dBm below 922 MHz.
        let bench = try Self.joined(.kr920) { $0.antennaGain = 900 }
        let request = [7, 3] + Bench.frequency(921_100_000) + [0x50]
        try bench.send(reply: .rx2(try bench.peer.downlink(options: request)))
        for _ in 0..<12 { try bench.send() }
        #expect(bench.air.allSatisfy { $0.transmission.frequency > 922_000_000 && $0.transmission.power == 5 })
    }

    @Test func `less power than the chip can is its lowest`() throws {
        let bench = try Self.joined(.as923)
        bench.device.state.session?.powerIndex = 5
        // MaxEIRP 8 dBm less 10 dB.
        try bench.send(reply: .rx2(try bench.peer.downlink(options: [9, 0x30])))
        try bench.send()
        #expect(bench.air[bench.air.count - 1].transmission.power == 2)
    }

    @Test func `where the law says so each transmission listens first, and a busy channel is left for another`() throws
    {
        let bench = try Self.joined(.kr920)
        #expect(bench.air[0].transmission.carrierSense == CarrierSense(duration: .milliseconds(6), threshold: -65))
        #expect(try Self.joined(.eu868).air[0].transmission.carrierSense == nil)
        let ledger = bench.device.state.ledger
        let counter = bench.device.state.session?.uplinkCounter.rawValue
        bench.isBusy = { $0.frequency != 922_300_000 }
        let before = bench.air.count
        #expect(try bench.send(Uplink(port: 1, payload: [5])) == .sent)
        #expect(bench.air.count == before + 1 && bench.air[before].transmission.frequency == 922_300_000)
        #expect(try bench.lastUplink().payload == [5])
        #expect(bench.device.state.session?.uplinkCounter.rawValue == (counter ?? 0) + 1)
        #expect(bench.device.state.ledger == ledger, "no duty cycle here")
        // All busy: the pauses grow, and after about a minute the uplink is given up.
        bench.isBusy = { _ in true }
        let start = bench.now
        #expect(try bench.send() == .failed("the channel was never free"))
        #expect(bench.now - start > .seconds(20) && bench.now - start < .minutes(3))
        #expect(bench.air.count == before + 1)
        bench.isBusy = { _ in false }
        #expect(try bench.send() == .sent)
    }

    @Test func `a join-request that found the channel busy costs no DevNonce and no budget`() throws {
        let bench = try Bench(Bench.configuration { $0.region = .kr920 })
        var tries = 0
        bench.isBusy = { _ in
            tries += 1
            return tries < 40
        }
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .minutes(30)) { bench.device.isJoined }
        #expect(bench.peer.devNonces == [0] && tries == 40)
        #expect(bench.device.state.joinBudget.spentInFirstHour == bench.air[0].airTime)
    }
}
