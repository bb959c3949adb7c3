import Foundation
import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import TestTags
import Testing
import Timekeeping

@testable import BridgeStore
@testable import UplinkBridge

@Suite(.tags(.campaign), .slow) struct RealDiskTests {
    let code = OBISCode(1, 0, 1, 8, 0)

    func save(_ store: StateStore, _ boundary: Int64) -> StoreError? {
        let interval = IntervalEntry(boundary: QuarterHour(number: boundary), value: boundary, series: 0)
        do {
            try store.save(MeterMemory(), [.init(code: code, interval: interval)], ofMeter: "main")
            return nil
        } catch {
            return error
        }
    }

    func stored(_ store: StateStore) throws -> [Int64] {
        try store.intervals(
            ofMeter: "main", code: code, in: QuarterHour(number: 0)...QuarterHour(number: 100_000)
        ).map(\.value)
    }

    @Test func `on a file system that is full sending goes on, and all is stored when there is room`() throws {
        guard let disk = try SmallDisk() else { return }
        let bench = try LinkBench()
        bench.path = disk.path + "/state.db"
        let store = try bench.openStore()
        let link = try bench.makeLink(seed: 1, store: store)
        bench.run(link, for: .minutes(10)) { link.isReady }
        disk.fill()
        var failures = 0
        for number in 0..<200 as Range<Int64> {
            if save(store, number) != nil { failures += 1 }
            if number.isMultiple(of: 10) {
                try link.send(Uplink(port: 1, payload: [UInt8(number)]))
                bench.run(link, for: .minutes(5))
            }
        }
        #expect(failures > 100, "\(failures)")
        #expect(bench.server.uplinks.count { $0.port == 1 } == 20)
        #expect(bench.events.contains { if case .storedInSafetyFile = $0 { true } else { false } })
        #expect(try stored(store) == Array(0..<200))
        disk.relieve()
        #expect(save(store, 200) == nil)
        try link.send(Uplink(port: 1, payload: [255]))
        bench.run(link, for: .minutes(5))
        #expect(bench.server.rejected.isEmpty)
        #expect(try store.device().nextDevNonce == 1)
        let another = try DatabaseBlocker(path: bench.path, locking: false)
        try another.execute("SELECT 1")
        #expect(try stored(store) == Array(0...200))
    }

    @Test func `a start on a full disk takes the session up`() throws {
        guard let disk = try SmallDisk() else { return }
        let bench = try LinkBench()
        bench.path = disk.path + "/state.db"
        var link: LoRaWANLink? = try bench.makeLink(seed: 1)
        if let link { bench.run(link, for: .minutes(10)) { link.isReady } }
        link = nil
        disk.fill()
        let again = try bench.makeLink(seed: 2)
        bench.run(again, for: .minutes(1))
        #expect(again.isReady)
        try again.send(Uplink(port: 1, payload: [7]))
        bench.run(again, for: .hours(2))
        #expect(bench.server.uplinks.last?.payload == [7])
        #expect(bench.server.rejected.isEmpty)
    }
}
