import Collector
import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import ServerEvents
import Testing
import Timekeeping

@Suite struct CollectorStatusTests {
    private let now = UTCInstant(secondsSince1970: 1_795_437_000)

    private func status(_ bench: CollectorBench, at now: UTCInstant) throws -> CollectorStatus {
        try CollectorStatus(
            bench.store(), fleets: bench.configuration.fleets, time: LocalTime(bench.configuration.timeZone), at: now)
    }

    /// Quarter-hours up to now, with some of them missing.
    private func bench(hours: Int, missing: Int) throws -> CollectorBench {
        let bench = try CollectorBench("time_zone = \"UTC\"\n" + CollectorBench.smallest)
        let newest = QuarterHour(atOrBefore: now)
        var lines: [String] = []
        for block in 0..<hours {
            guard block < 40 || block >= 40 + missing else { continue }
            let end = QuarterHour(number: newest.number - Int64(block * 4))
            let values = (0...4).map { Int64(1_000_000 - block * 40 + $0 * 10) }
            lines.append(
                bench.uplink(
                    try bench.payload(newest: end, [values, values]), counter: UInt32(500 - block), at: end.time
                ).json)
        }
        try bench.bring(lines.joined(separator: "\n"), at: now)
        return bench
    }

    @Test func `a fleet that was never heard is in trouble`() throws {
        let bench = try CollectorBench()
        #expect(
            try status(bench, at: now).complaints.first?.contains("never") == true || !status(bench, at: now).isWell)
    }

    @Test func `all of seven days is well until the fleet is silent for longer than it may`() throws {
        let bench = try bench(hours: 24 * 9, missing: 0)
        let status = try status(bench, at: now)
        #expect(status.isWell && status.fleets[0].completeness == 100)
        #expect(status.fleets[0].coverage.total == 2 * 96 * 7)
        let later = try self.status(bench, at: now + .hours(25))
        #expect(later.complaints.count == 1 && later.complaints[0].contains("silent_after"))
    }

    @Test func `holes above the bound are well and below it they are not`() throws {
        #expect(try status(bench(hours: 24 * 9, missing: 7), at: now).isWell)
        let status = try status(bench(hours: 24 * 9, missing: 10), at: now)
        #expect(status.complaints.count == 1 && status.complaints[0].contains("completeness"))
        #expect(status.fleets[0].coverage.missing == 80)
    }

    @Test func `a bridge is not blamed for the time before it was there`() throws {
        let status = try status(bench(hours: 20, missing: 0), at: now)
        #expect(status.isWell && status.fleets[0].completeness == 100)
    }

    @Test func `all forms tell the same`() throws {
        let status = try status(bench(hours: 24 * 9, missing: 10), at: now)
        let json = try JSONSerialization.jsonObject(with: Data(status.json.utf8)) as? [String: Any]
        #expect(json?["healthy"] as? Bool == false)
        #expect(status.text.contains("94.0 % of 7 days"))
        #expect(status.metrics.contains("p1lora_collector_healthy 0\n"))
        #expect(status.metrics.contains("completeness_ratio{fleet=\"p1lora.toml\"} 0.94\n"))
    }

    @Test func `a follower that takes nothing of what waits is in trouble after an hour`() throws {
        let bench = try bench(hours: 24 * 9, missing: 0)
        try bench.store().follow("influx", at: now)
        let status = try status(bench, at: now + .minutes(70))
        #expect(status.isWell && status.text.contains("influx  has everything"))
        let newest = QuarterHour(number: QuarterHour(atOrBefore: now).number + 1)
        let values: [Int64?] = [1_000_000, 1_000_010]
        try bench.bring(
            bench.uplink(try bench.payload(newest: newest, [values, values]), counter: 501, at: newest.time).json,
            at: now + .minutes(20))
        #expect(try self.status(bench, at: now + .minutes(50)).isWell)
        let later = try self.status(bench, at: now + .minutes(70))
        #expect(later.complaints.first?.contains("influx: has taken nothing") == true)
        #expect(later.metrics.contains("p1lora_collector_unsent_days{follower=\"influx\"} 2\n"))
        #expect(later.json.contains("\"followers\":[{\"name\":\"influx\",\"unsent\":2,"))
    }
}
