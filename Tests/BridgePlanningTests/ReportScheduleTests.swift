import Testing
import Timekeeping
import UplinkPayload

@testable import BridgePlanning

@Suite struct ReportScheduleTests {
    let utc = UTCInstant(secondsSince1970: 1_800_000_123)
    let start = MonotonicInstant(nanoseconds: 5_000_000_000)

    func report(every: TimeSpan, meters: [Int] = [0]) throws -> ReportConfiguration {
        let schema = try PayloadSchema(
            meters: ["a", "b"], reports: [.readings([FieldRequest("1-0:1.8.0").field()])], largestPayload: 51)
        return ReportConfiguration(kind: .readings, every: every, meters: meters, layouts: schema.layouts)
    }

    /// The instants, since the start, at which a report became due within `span`.
    func dues(devEUI: UInt64, every: TimeSpan, within span: TimeSpan) throws -> [TimeSpan] {
        var schedule = ReportSchedule(reports: [try report(every: every)], devEUI: devEUI, at: start)
        var result: [TimeSpan] = []
        while let due = schedule.nextDue, due <= start + span {
            result.append(due - start)
            let uplink = try #require(schedule.next(at: due, utc: utc + (due - start)) { _ in true })
            schedule.remove(uplink)
        }
        return result
    }

    @Test func `the first report is due at once, the others on a grid of their period`() throws {
        let dues = try dues(devEUI: 1, every: .minutes(15), within: .hours(2))
        #expect(dues.first == .zero)
        #expect(dues.count == 9)
        for (earlier, later) in zip(dues.dropFirst(), dues.dropFirst(2)) { #expect(later - earlier == .minutes(15)) }
        #expect(dues[1] > .zero && dues[1] <= .minutes(15))
    }

    @Test func `neighbours in a batch of radios do not speak in the same seconds`() throws {
        let seconds = try (0..<50).map { number in
            try dues(devEUI: 0x70B3_D57E_D000_0000 + number, every: .minutes(15), within: .hours(1))[1].seconds
        }
        #expect(Set(seconds).count >= 45)
    }

    @Test func `a report that still waits is not queued twice, and the other meter is not held up by it`() throws {
        var schedule = ReportSchedule(
            reports: [try report(every: .seconds(10), meters: [0, 1])], devEUI: 1, at: start)
        let first = schedule.next(at: start, utc: utc) { $0.meter == 1 }
        #expect(first?.meter == 1)
        if let first { schedule.remove(first) }
        let later = start + .minutes(5)
        #expect(schedule.next(at: later, utc: utc + .minutes(5)) { _ in true }?.meter == 0)
        #expect(schedule.skipped == 1)
    }

    @Test func `a clock that is set back a little makes no report due twice`() throws {
        for back in [TimeSpan.milliseconds(4), .seconds(1), .minutes(5)] {
            var schedule = ReportSchedule(reports: [try report(every: .hours(1))], devEUI: 1, at: start)
            _ = schedule.next(at: start, utc: utc) { _ in true }
            let due = try #require(schedule.nextDue)
            _ = schedule.next(at: due, utc: utc + (due - start) - back) { _ in true }
            #expect(schedule.nextDue == due + .hours(1) + back)
        }
    }

    @Test func `a clock that jumps moves the next report by no more than its period and an eighth`() throws {
        var schedule = ReportSchedule(reports: [try report(every: .hours(1))], devEUI: 1, at: start)
        for jump in [-400_000_000, 0, 3_600, 900_000_000] as [Int64] {
            let due = try #require(schedule.nextDue)
            _ = schedule.next(at: due, utc: utc + .seconds(jump)) { _ in true }
            let next = try #require(schedule.nextDue)
            #expect(next > due && next <= due + .hours(1) + .seconds(450))
        }
    }

    @Test func `a report that is off and asked for is sent, whatever other settings arrive meanwhile`() throws {
        var schedule = ReportSchedule(reports: [try report(every: .hours(1))], devEUI: 1, at: start)
        var settings = BridgeSettings(reports: [.init(isOn: false, seconds: 3_600)], limits: [], dailyAirTime: nil)
        _ = schedule.next(at: start, utc: utc) { _ in false }
        schedule.adopt(settings, at: start, utc: utc)
        #expect(schedule.next(at: start, utc: utc) { _ in true } == nil)
        schedule.request(0)
        settings.dailyAirTime = 100
        schedule.adopt(settings, at: start, utc: utc)
        #expect(schedule.next(at: start, utc: utc) { _ in true } != nil)
    }

    @Test func `the first report is due at once also when a downlink has changed its period before the restart`() throws
    {
        var schedule = ReportSchedule(reports: [try report(every: .hours(1))], devEUI: 1, at: start)
        let settings = BridgeSettings(reports: [.init(seconds: 86_400)], limits: [], dailyAirTime: nil)
        schedule.adopt(settings, at: start, utc: utc)
        #expect(schedule.nextDue == start)
        #expect(schedule.next(at: start, utc: utc) { _ in true } != nil)
        #expect(schedule.nextDue.map { $0 > start + .hours(1) } == true)
    }

    @Test func `more reports of one meter, or settings of fewer reports, trap nowhere`() throws {
        var schedule = ReportSchedule(
            reports: [try report(every: .hours(1)), try report(every: .hours(2))], devEUI: 1, at: start)
        for count in 0..<4 {
            let settings = BridgeSettings(
                reports: [BridgeSettings.Report](repeating: .init(seconds: 60), count: count), limits: [],
                dailyAirTime: nil)
            schedule.adopt(settings, at: start, utc: utc)
            schedule.request(count)
            schedule.request(nil)
        }
        #expect(schedule.next(at: start, utc: utc) { _ in true }?.report == 0)
    }

    @Test func `a report that has nothing to say was not left out for want of air-time`() throws {
        var schedule = ReportSchedule(reports: [try report(every: .seconds(10))], devEUI: 1, at: start)
        for second in stride(from: Int64(0), to: 600, by: 10) {
            _ = schedule.next(at: start + .seconds(second), utc: utc + .seconds(second)) { _ in false }
        }
        #expect(schedule.skipped == 0)
    }

    @Test func `a status of which nobody asked when takes no more than a fiftieth of the daily air-time`() {
        for (asked, airTime, daily, days) in [
            (false, 2_140, 30, 4), (false, 1_070, 30, 2), (false, 530, 30, 1), (true, 2_140, 30, 1),
            (false, 2_140, nil, 1),
            (false, 30_000, 30, 7),
        ] as [(Bool, Int64, Int64?, Int)] {
            let report = ReportConfiguration(
                kind: .status, every: .hours(24), isPeriodAsked: asked, meters: [], layouts: [])
            var schedule = ReportSchedule(reports: [report], devEUI: 7, at: start)
            schedule.adopt(statusAirTime: .milliseconds(airTime), dailyAirTime: daily.map { .seconds($0) })
            var sent: [Int64] = []
            for hour in 0..<Int64(24 * 29) {
                let now = start + .hours(hour)
                guard
                    let due = schedule.next(
                        at: now, utc: UTCInstant(secondsSince1970: 1_795_392_900) + .hours(hour), where: { _ in true })
                else { continue }
                schedule.remove(due)
                sent.append(hour)
            }
            #expect(sent.first == 0 && abs(sent.count - 29 / days) <= 1, "\(asked) \(airTime) \(sent)")
        }
    }
}
