import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeStore
@testable import UplinkBridge

/// A meter whose clock is far in the future for a while, on a board that does not know the date either.
@Suite struct ClockJumpTests {
    let imported = OBISCode(1, 0, 1, 8, 0)
    let now: Int64 = 226_000

    func save(_ numbers: some Sequence<Int64>, in store: StateStore) throws {
        for number in numbers {
            let entry = IntervalEntry(boundary: QuarterHour(number: number), value: number, series: 0)
            try store.save(MeterMemory(), [.init(code: imported, interval: entry)], ofMeter: "main")
        }
    }

    @Test func `quarter-hours of a wrong date do not sweep those of a year away`() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: folder.path("state.db"), devEUI: DevEUI(rawValue: 1))
        try save(now - 500...now, in: store)
        try save(2_000_000..<2_000_004, in: store)
        let kept = try store.intervals(
            ofMeter: "main", code: imported, in: QuarterHour(number: now - 400)...QuarterHour(number: now))
        #expect(kept.count == 401)
    }

    @Test func `what is older than 400 days goes, also when nothing was stored for a while`() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: folder.path("state.db"), devEUI: DevEUI(rawValue: 1))
        try save(now..<now + 100, in: store)
        try save(now + 39_000..<now + 39_100, in: store)
        let kept = try store.intervals(
            ofMeter: "main", code: imported, in: QuarterHour(number: 0)...QuarterHour(number: now + 40_000))
        #expect(kept.count == 100)
    }

    @Test func `intervals reports go on when the meter's clock has been set back`() {
        let latestReadings = LatestReadings()
        latestReadings.noteStored(QuarterHour(number: now), meter: 0)
        latestReadings.noteStored(QuarterHour(number: 2_000_000), meter: 0)
        latestReadings.noteStored(QuarterHour(number: now + 1), meter: 0)
        #expect(latestReadings.storedBoundary(meter: 0) == QuarterHour(number: now + 1))
        // A gas meter is heard an hour late.
        latestReadings.noteStored(QuarterHour(number: now - 4), meter: 0)
        #expect(latestReadings.storedBoundary(meter: 0) == QuarterHour(number: now + 1))
    }

    @Test func `a report of a wrong date does not keep the right ones back`() throws {
        let bench = try UplinkBench(IntervalUplinkTests.text)
        let start = QuarterHour(atOrBefore: bench.world.clock.utc).number
        let helper = IntervalUplinkTests()
        try helper.store(start - 1, in: bench)
        try helper.store(1_900_000, in: bench)
        bench.run(for: .minutes(5))
        #expect(try bench.received(.intervals).count == 1)
        for number in start..<start + 10 {
            try helper.store(number, in: bench)
            bench.run(for: .minutes(15))
        }
        #expect(try bench.received(.intervals).last?.contains("\(QuarterHour(number: start + 5))") == true)
    }
}
