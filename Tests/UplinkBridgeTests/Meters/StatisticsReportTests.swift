import Foundation
import GRDB
import LoRaWAN
import MeterValues
import SmartMeter
import Synchronization
import TestSupport
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import BridgeStore
@testable import UplinkBridge

/// Fields that ask for statistics, and what is computed because of them.
@Suite struct StatisticsReportTests {
    private func computing(_ reports: String) throws -> TimeSpan? {
        let text = TestConfiguration.minimal + "\n" + reports
        return try BridgeConfiguration(text: text).computing(ofMeter: 0).statistics
    }

    @Test(arguments: [
        ("15m", 15), ("10m", 10), ("1h", 60), ("20s", 1), ("7m", 10), ("5h", 360), ("1d", 1_440), ("7d", 1_440),
    ])
    func `an interval is as long as the report that asks comes, so that none is left out`(every: String, minutes: Int64)
        throws
    {
        for field in ["voltage_l1_max_v", "1-128:32.6.0", "net_mean_kw", "current_l2_min_a"] {
            let report = "[[report]]\nkind = \"readings\"\nevery = \"\(every)\"\nfields = [\"\(field)\"]\n"
            #expect(try computing(report) == .minutes(minutes), "\(field)")
        }
    }

    @Test func `the slowest of several reports sets it, and without one nothing is computed`() throws {
        let fast = "[[report]]\nkind = \"readings\"\nevery = \"15m\"\nfields = [\"import_max_kw\"]\n"
        let slow = "[[report]]\nkind = \"readings\"\nevery = \"1h\"\nfields = [\"voltage_l1_max_v\"]\n"
        #expect(try computing(fast + slow) == .hours(1))
        #expect(try computing("[[report]]\nkind = \"readings\"\nfields = [\"import_today_kwh\"]\n") == nil)
    }

    @Test func `other classes of reference power are those of the meter, from 1 to 255 kW`() throws {
        func configuration(_ list: String) throws -> BridgeConfiguration {
            try BridgeConfiguration(
                text: TestConfiguration.minimal.replacing(
                    "[lorawan]", with: "reference_power = \(list)\n[lorawan]"))
        }
        #expect(try configuration("[17, 27]").computing(ofMeter: 0).referenceClasses == [17, 27])
        for list in ["[0]", "[256]", "[-1]"] {
            #expect(throws: ConfigurationError.self) { try configuration(list) }
        }
    }

    /// Two intervals with a restart in the second, and what is told when that ends.
    private func told(storing: Bool, pause: Int64) throws -> [String?] {
        let folder = try TemporaryFolder()
        let computing = MeterComputing(statistics: .minutes(15))
        let (greatest, start) = (OBISCode.statistic(32, .greatest), Int64(1_781_517_600))
        func take(_ recorder: MeterRecorder, _ seconds: Int64, volts: Int64) -> String? {
            let reading = Reading(
                time: UTCInstant(secondsSince1970: start + seconds),
                quantities: [
                    OBISCode(1, 0, 1, 8, 0): Quantity(coefficient: seconds, decimals: 3, unit: .kilowattHour),
                    OBISCode(1, 0, 32, 7, 0): Quantity(coefficient: volts, decimals: 0, unit: .volt),
                ])
            return recorder.take(reading, meter: "m", isDated: true).reading.quantities[greatest]?.description
        }
        let path = folder.path("state.db")
        do {
            let store = try StateStore(path: path, devEUI: .init(rawValue: 1))
            let recorder = MeterRecorder(name: "main", computing: computing, store: store)
            for second in stride(from: 0, through: 1_300, by: 10) {
                _ = take(recorder, Int64(second), volts: second == 1_200 ? 257 : second == 500 ? 251 : 230)
            }
            if storing { #expect(recorder.flush() == nil) }
        }
        let store = try StateStore(path: path, devEUI: .init(rawValue: 1))
        let memory = try #require(try store.memory(ofMeter: "main"))
        let recorder = MeterRecorder(name: "main", memory: memory, computing: computing, store: store)
        let first = take(recorder, 1_300 + pause, volts: 230)
        for second in stride(from: 1_310 + pause, to: 1_800, by: 10) { _ = take(recorder, second, volts: 230) }
        return [first, take(recorder, 1_800, volts: 230)]
    }

    @Test func `statistics go on over a restart, and are left out where it lost more than a tenth of the interval`()
        throws
    {
        #expect(try told(storing: true, pause: 70) == ["251 V", "257 V"])
        #expect(try told(storing: true, pause: 200) == ["251 V", nil])
        #expect(try told(storing: false, pause: 10) == ["251 V", nil])
    }

    @Test(arguments: ["statistics", "imported", "exported", "powerFailures"])
    func `what is damaged beside a meter's counter is begun anew and told, and costs nothing else`(part: String) throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path("state.db")
        var memory = MeterMemory()
        _ = memory.replayGuard.admit(
            TelegramEncryption(
                systemTitle: SystemTitle([1, 2, 3, 4, 5, 6, 7, 8]), frameCounter: 4_711, authenticated: true),
            key: 1)
        memory.statistics = IntervalStatistics(length: .minutes(15))
        try StateStore(path: path, devEUI: .init(rawValue: 1)).save(memory, [], ofMeter: "main")
        try DatabaseQueue(path: path).write { database in
            let stored = try #require(try Data.fetchOne(database, sql: "SELECT memory FROM meter"))
            var members = try #require(try JSONSerialization.jsonObject(with: stored) as? [String: Any])
            members[part] = "damaged"
            try database.execute(
                sql: "UPDATE meter SET memory = ?", arguments: [try JSONSerialization.data(withJSONObject: members)])
        }
        let store = try StateStore(path: path, devEUI: .init(rawValue: 1))
        let told = Mutex<[StoreIncident]>([])
        store.onIncident { incident in told.withLock { $0.append(incident) } }
        let kept = try #require(try store.memory(ofMeter: "main"))
        #expect(kept.replayGuard == memory.replayGuard && kept.recorder == memory.recorder)
        #expect(kept.statistics == (part == "statistics" ? nil : memory.statistics))
        guard case .memoryDamaged("main", let parts)? = told.withLock({ $0.first }) else {
            Issue.record("nothing was told")
            return
        }
        #expect(parts.count == 1)
        // What is stored from now on is whole again.
        try store.save(kept, [], ofMeter: "main")
        #expect(try store.memory(ofMeter: "main")?.unreadable == [])
    }
}
