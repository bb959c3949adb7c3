import Collector
import CollectorStore
import LoadProfile
import MeterValues
import ServerEvents
import Testing
import Timekeeping
import UplinkPayload

@Suite struct RequestDeskTests {
    private let start = UTCInstant(secondsSince1970: 1_795_437_000)

    /// Downlinks that are ordered in a day in which only one of two quarter-hours comes.
    private func orders(alarms: Int) throws -> Int {
        let bench = try CollectorBench()
        let fleets = bench.configuration.fleets
        var desk = RequestDesk(try bench.store(), fleets: fleets)
        func consider(_ event: UplinkEvent, at now: UTCInstant) throws -> Bool {
            try desk.consider(StoredUplink(event: event, receivedAt: now, fleet: "main"), at: now) != nil
        }
        for number in 0..<alarms {
            var alarm = bench.uplink([0], port: Int(ReportKind.alarm.port), counter: UInt32(number), at: start)
            alarm.isConfirmed = true
            _ = try consider(alarm, at: start)
        }
        var orders = 0
        for number in 1...48 {
            let now = start + .minutes(Int64(30 * number))
            let report = try bench.payload(newest: QuarterHour(atOrBefore: now), [[Int64(number)], [0]])
            let uplink = bench.uplink(report, counter: UInt32(100 + number), at: now)
            try bench.bring(uplink.json, at: now)
            orders += try consider(uplink, at: now) ? 1 : 0
        }
        return orders
    }

    @Test(arguments: [(0, 6), (1, 6), (3, 4), (7, 0), (12, 0)])
    func `acknowledgements of alarms are taken off the requests, but for the one in reserve`(
        _ alarms: Int, _ requests: Int
    ) throws {
        #expect(try orders(alarms: alarms) == requests)
    }
}
