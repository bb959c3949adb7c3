import LoRaWAN
import MeterValues
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgePlanning

@Suite struct DayAheadTests {
    let utc = UTCInstant(secondsSince1970: 1_800_000_123)
    let start = MonotonicInstant(nanoseconds: 5_000_000_000)

    private func basis(
        every: TimeSpan, dailyAirTime: TimeSpan? = nil, airTime: TimeSpan = .milliseconds(62)
    ) throws -> DayAhead.Basis {
        let schema = try PayloadSchema(
            meters: ["a"], reports: [.readings([FieldRequest("1-0:1.8.0").field()])], largestPayload: 51)
        let report = ReportConfiguration(kind: .readings, every: every, meters: [0], layouts: schema.layouts)
        let schedule = ReportSchedule(reports: [report], devEUI: 1, at: start)
        var planner = UplinkPlanner(profile: .live, dailyDownlinks: nil)
        planner.adopt(dailyAirTime: dailyAirTime, at: start)
        return DayAhead.Basis(
            schedule: schedule, planner: planner,
            airTimes: Dictionary(uniqueKeysWithValues: schedule.uplinks.map { ($0, airTime) }))
    }

    @Test func `a report each quarter-hour goes out 97 times, the first at once`() throws {
        let entry = try #require(DayAhead(basis(every: .minutes(15)), at: start, utc: utc).entries.first)
        #expect((96...97).contains(entry.count) && entry.next == .zero && entry.longestWait == .zero)
        #expect(entry.airTime == .milliseconds(62) * Int64(entry.count))
    }

    @Test func `what the daily air-time does not bear waits, and the sum stays below it`() throws {
        let basis = try basis(every: .minutes(1), dailyAirTime: .seconds(30), airTime: .seconds(1))
        let entry = try #require(DayAhead(basis, at: start, utc: utc).entries.first)
        #expect(entry.airTime <= .seconds(33) && entry.count >= 20 && entry.longestWait > .minutes(10))
    }

    @Test func `the copy is not changed, and the same copy gives the same plan`() throws {
        let basis = try basis(every: .minutes(1), dailyAirTime: .seconds(30))
        #expect(DayAhead(basis, at: start, utc: utc) == DayAhead(basis, at: start, utc: utc))
    }

    @Test func `a day of reports each ten seconds is given up in time, and says so`() throws {
        let basis = try basis(every: .seconds(10), dailyAirTime: .seconds(30))
        let clock = ContinuousClock()
        var day: DayAhead?
        let took = clock.measure { day = DayAhead(basis, at: start, utc: utc) }
        // 20 ms in a release build on a busy board; this is a debug build beside other tests.
        #expect(took < .milliseconds(1_000))
        #expect(day?.isCut == true)
    }

    @Test func `a quarter-hour waits, is sent, and is acknowledged`() throws {
        var chances = DeliveryChances(newest: QuarterHour(number: 1_000))
        let end = QuarterHour(number: 990)
        #expect(chances.delivery(of: end) == .waiting)
        chances.note([.init(end: end, registers: 1)], copy: 1, at: start)
        #expect(chances.delivery(of: end) == .sent)
        chances.note([.init(end: end, registers: 1)], copy: .infinity, at: start)
        #expect(chances.delivery(of: end) == .acknowledged)
        #expect(chances.delivery(of: QuarterHour(number: 100)) == .sent)
    }
}
