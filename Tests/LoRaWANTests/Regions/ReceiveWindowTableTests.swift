import Testing
import Timekeeping

@testable import LoRaWAN

/// RX1 of every region, data rate and offset, against tables that were read from Lora-net/SWL2001.
@Suite struct ReceiveWindowTableTests {
    /// By the uplink's data rate; nil where that is not defined.
    typealias Table = [[UInt8]?]

    static let common: Table = [
        [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [2, 1, 0, 0, 0, 0], [3, 2, 1, 0, 0, 0], [4, 3, 2, 1, 0, 0],
        [5, 4, 3, 2, 1, 0], [6, 5, 4, 3, 2, 1], [7, 6, 5, 4, 3, 2],
    ]
    static let in865: Table = [
        [0, 0, 0, 0, 0, 0, 1, 2], [1, 0, 0, 0, 0, 0, 2, 3], [2, 1, 0, 0, 0, 0, 3, 4], [3, 2, 1, 0, 0, 0, 4, 5],
        [4, 3, 2, 1, 0, 0, 5, 5], [5, 4, 3, 2, 1, 0, 5, 7], nil, [7, 5, 5, 4, 3, 2, 7, 7],
    ]
    static let as923: Table = [
        [0, 0, 0, 0, 0, 0, 1, 2], [1, 0, 0, 0, 0, 0, 2, 3], [2, 1, 0, 0, 0, 0, 3, 4], [3, 2, 1, 0, 0, 0, 4, 5],
        [4, 3, 2, 1, 0, 0, 5, 6], [5, 4, 3, 2, 1, 0, 6, 7], [6, 5, 4, 3, 2, 1, 7, 7], [7, 6, 5, 4, 3, 2, 7, 7],
    ]
    static let as923InDwell: Table = [
        [2, 2, 2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2, 2, 3], [2, 2, 2, 2, 2, 2, 3, 4], [3, 2, 2, 2, 2, 2, 4, 5],
        [4, 3, 2, 2, 2, 2, 5, 6], [5, 4, 3, 2, 2, 2, 6, 7], [6, 5, 4, 3, 2, 2, 7, 7], [7, 6, 5, 4, 3, 2, 7, 7],
    ]
    static let us915: Table = [[10, 9, 8, 8], [11, 10, 9, 8], [12, 11, 10, 9], [13, 12, 11, 10], [13, 13, 12, 11]]
    static let au915: Table = [
        [8, 8, 8, 8, 8, 8], [9, 8, 8, 8, 8, 8], [10, 9, 8, 8, 8, 8], [11, 10, 9, 8, 8, 8], [12, 11, 10, 9, 8, 8],
        [13, 12, 11, 10, 9, 8], [13, 13, 12, 11, 10, 9],
    ]

    static func table(of region: Region, dwell: Bool) -> Table {
        switch region.name {
        case "IN865": in865
        case "KR920": Array(common.prefix(6))
        // Japan's plan ends with DR5.
        case "AS923-JP": (dwell ? as923InDwell : as923).prefix(6).map { $0?.map { min($0, 5) } }
        case let name where name.hasPrefix("AS923"): dwell ? as923InDwell : as923
        case "US915": us915
        case "AU915": au915
        default: common
        }
    }

    @Test(arguments: Region.all, [false, true]) func `RX1 opens at the data rate of the table`(
        region: Region, dwell: Bool
    ) throws {
        guard !dwell || region.txParameters != nil else { return }
        let bench = try Bench(Bench.configuration { $0.region = region })
        bench.peer.downlinkSettings = region.rx2DataRate.index
        try bench.join()
        bench.device.state.session?.channelMask = region.defaultMask
        for index in bench.device.state.session?.channels.indices ?? 0..<0 where region.isDynamic {
            bench.device.state.session?.channels[index].dataRates = DataRate(0)...DataRate(7)
        }
        for (uplink, row) in Self.table(of: region, dwell: dwell).enumerated() {
            guard let row else { continue }
            for (offset, wanted) in row.enumerated() {
                bench.now = bench.now + .hours(1)
                bench.device.state.session?.dataRate = DataRate(UInt8(uplink))
                bench.device.state.session?.rx1Offset = UInt8(offset)
                bench.device.state.session?.uplinkDwell = false
                bench.device.state.session?.downlinkDwell = dwell
                let before = bench.windows.count
                try bench.send(Uplink(port: 1, payload: []))
                try #require(bench.windows.count == before + 2, "\(region.name) DR\(uplink) offset \(offset)")
                let modulation = try #require(region.modulation(of: DataRate(wanted)))
                #expect(bench.windows[before].modulation == modulation, "\(region.name) DR\(uplink) offset \(offset)")
            }
            #expect(region.rx1DataRate(uplink: DataRate(UInt8(uplink)), offset: UInt8(row.count)) == nil)
        }
    }

    @Test func `an offset is taken from the join-accept and from RXParamSetupReq, and one that is reserved is not`()
        throws
    {
        for region in Region.all {
            let offsets = Self.table(of: region, dwell: false).first.flatMap { $0 }?.count ?? 0
            for offset in 0..<8 {
                let bench = try Bench(Bench.configuration { $0.region = region })
                bench.peer.downlinkSettings = UInt8(offset << 4) | region.rx2DataRate.index
                bench.perform(bench.device.start(at: bench.now))
                try bench.run(for: .minutes(1)) { bench.device.isJoined }
                #expect(bench.device.isJoined == (offset < offsets), "\(region.name) \(offset)")
                guard bench.device.isJoined else { continue }
                #expect(bench.device.state.session?.rx1Offset == UInt8(offset))
                let request = [5, UInt8(offset << 4) | region.rx2DataRate.index] + Bench.frequency(region.rx2Frequency)
                try bench.send(reply: .rx2(try bench.peer.downlink(options: request)))
                try bench.send()
                #expect(try bench.lastUplink().options == [5, 7], "\(region.name) \(offset)")
            }
        }
    }
}
