import BridgePlanning
import Timekeeping
import UplinkPayload

/// What is due in the next 24 hours, of the most that is looked at: eight meters that report each minute on 30 seconds of air-time.
enum PlanBenchmark {
    static func all() throws -> [Benchmark] {
        let start = MonotonicInstant(nanoseconds: 5_000_000_000)
        let utc = UTCInstant(secondsSince1970: 1_800_000_123)
        let meters = (1...8).map { "meter\($0)" }
        let schema = try PayloadSchema(
            meters: meters, reports: [.readings([FieldRequest("1-0:1.8.0").field()])], largestPayload: 51)
        let report = ReportConfiguration(
            kind: .readings, every: .minutes(1), meters: Array(meters.indices), layouts: schema.layouts)
        let schedule = ReportSchedule(reports: [report], devEUI: 1, at: start)
        var planner = UplinkPlanner(profile: .live, dailyDownlinks: nil)
        planner.adopt(dailyAirTime: .seconds(30), at: start)
        let basis = DayAhead.Basis(
            schedule: schedule, planner: planner,
            airTimes: Dictionary(uniqueKeysWithValues: schedule.uplinks.map { ($0, TimeSpan.milliseconds(62)) }))
        return [
            Benchmark(name: "plan of a day, eight meters a minute", thing: "plan", bytes: 0) { repetitions in
                for _ in 0..<repetitions { _ = DayAhead(basis, at: start, utc: utc) }
            }
        ]
    }
}
