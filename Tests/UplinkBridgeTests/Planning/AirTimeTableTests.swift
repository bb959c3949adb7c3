import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeStore

@Suite struct AirTimeTableTests {
    /// The Things Network's fair use, 30 s in 24 hours: SF12 to SF7 (DR0 to DR5), with N of RP002 as the end.
    @Test(arguments: [
        (15, [nil, nil, 1, 35, 89, 181]), (30, [nil, 0, 41, 103, 209, 242]), (60, [2, 36, 51, 115, 242, 242]),
        (120, [42, 51, 51, 115, 242, 242]),
    ])
    func `the longest payload within the fair use is the published one`(minutes: Int, bytes: [Int?]) {
        let table = AirTimeTable(region: .eu868, dailyAirTime: .seconds(30))
        #expect(table.rows.map { table.largestPayload($0, every: .minutes(Int64(minutes))) } == bytes)
    }

    @Test func `the staircase has each payload on one step, and steps only go up`() {
        for region in Region.all {
            for row in AirTimeTable(region: region, dailyAirTime: nil).rows {
                #expect(row.steps.last?.lastPayload == row.largestPayload)
                for (lower, upper) in zip(row.steps, row.steps.dropFirst()) {
                    #expect(lower.lastPayload < upper.lastPayload && lower.airTime < upper.airTime)
                    #expect(row.airTime(of: lower.lastPayload) == lower.airTime)
                    #expect(row.airTime(of: lower.lastPayload + 1) == upper.airTime)
                }
                #expect(row.airTime(of: row.largestPayload + 1) == nil)
            }
        }
    }

    @Test func `the law's count and the purse's count fit into their limits, and one more does not`() throws {
        let table = AirTimeTable(region: .eu868, dailyAirTime: .seconds(30))
        for row in table.rows {
            let airTime = try #require(row.airTime(of: 20))
            for band in Region.eu868.subBands {
                let count = try #require(AirTimeTable.hourlyCount(of: airTime, in: band))
                #expect(airTime * count <= band.hourlyLimit && airTime * (count + 1) > band.hourlyLimit)
            }
            let count = try #require(table.dailyCount(of: airTime))
            #expect(airTime * count <= .seconds(30) && airTime * (count + 1) > .seconds(30))
        }
        #expect(AirTimeTable.hourlyCount(of: .seconds(1), in: Region.us915.subBands[0]) == nil)
    }

    @Test func `what is spent is read beside a running bridge, and changes nothing`() throws {
        let bench = try LinkBench()
        let store = try bench.openStore()
        let link = try bench.makeLink(seed: 1, store: store)
        let path = bench.path
        #expect(try SpentAirTime(statePath: path + "x", region: .eu868, clock: bench.world.clock) == nil)
        bench.run(link, for: .minutes(2))
        let airTime = bench.air.uplinks.reduce(TimeSpan.zero) { $0 + $1.airTime }
        #expect(airTime > .zero)
        let before = try store.device()
        let spent = try #require(try SpentAirTime(statePath: path, region: .eu868, clock: bench.world.clock))
        #expect(spent.isOfThisBoot)
        #expect(spent.lastHour.map(\.band.name) == ["K", "L", "M", "N", "P", "R"])
        #expect(spent.lastHour.reduce(TimeSpan.zero) { $0 + $1.spent } == airTime)
        #expect(try store.device() == before)
        #expect(try SpentAirTime(statePath: path, region: .us915, clock: bench.world.clock) == nil)
        try Data("no database".utf8).write(to: URL(filePath: path + "2"))
        #expect(throws: StoreError.self) {
            try SpentAirTime(statePath: path + "2", region: .eu868, clock: bench.world.clock)
        }
    }
}
