import Foundation
import LoadProfile
import MeterValues
import Testing
import Timekeeping
import UplinkPayload

@Suite struct RequestPlannerTests {
    private let now = UTCInstant(secondsSince1970: 1_795_437_000)

    /// Quarter-hours, counted back from now.
    private func ago(_ range: ClosedRange<Int64>) -> Range<QuarterHour> {
        let newest = QuarterHour(atOrBefore: now)
        return QuarterHour(
            number: newest.number - range.upperBound)..<QuarterHour(
                number: newest.number - range.lowerBound)
    }

    private func want(_ ranges: Range<QuarterHour>..., meter: Int = 0) -> RequestPlanner.Want {
        RequestPlanner.Want(meter: meter, report: 2, missing: ranges)
    }

    private func ranges(_ frame: CommandFrame?) -> [Range<QuarterHour>] {
        (frame?.commands ?? []).compactMap { command in
            guard case .sendIntervals(_, _, let first, let count) = command else { return nil }
            return first..<QuarterHour(number: first.number + Int64(count))
        }
    }

    @Test func `what is missing is asked for once it is ripe`() {
        let planner = Asker()
        #expect(
            ranges(planner.next([want(ago(8...20), ago(0...5))], rules: .init(), at: now)) == [ago(8...20), ago(4...5)])
        #expect(planner.next([want(ago(8...20))], rules: .init(), at: now) == nil)
    }

    @Test func `nothing missing is nothing asked`() {
        let planner = Asker()
        #expect(planner.next([want(ago(0...3)), want(meter: 1)], rules: .init(), at: now) == nil)
        #expect(planner.count(at: now) == 0)
    }

    @Test func `what is not answered is asked again after longer and longer times`() {
        let planner = Asker()
        var hours: [Int64] = []
        for hour in 0..<Int64(24 * 12)
        where planner.next([want(ago(8...20))], rules: .init(), at: now + .hours(hour)) != nil {
            hours.append(hour)
        }
        #expect(hours == [0, 3, 6, 12, 18, 30, 42] + (0...9).map { 66 + 24 * $0 })
    }

    @Test func `what a report left out is asked for until the bridge has answered twice`() throws {
        let planner = Asker()
        let doubt = RequestPlanner.Want(meter: 0, report: 2, missing: [], doubtful: [ago(8...20)])
        var answered: [Int64] = []
        for hour in 0..<Int64(24 * 12) {
            guard let frame = planner.next([doubt], rules: .init(), at: now + .hours(hour)) else { continue }
            #expect(planner.take(ReplySummary(sequence: frame.sequence), at: now + .hours(hour)))
            answered.append(hour)
        }
        #expect(answered == [0, 24])
    }

    @Test func `what a report left out and nobody answers for is not asked for ever`() {
        let planner = Asker()
        let doubt = RequestPlanner.Want(meter: 0, report: 2, missing: [], doubtful: [ago(8...20)])
        let hours = (0..<Int64(24 * 12)).filter {
            planner.next([doubt], rules: .init(), at: now + .hours($0)) != nil
        }
        #expect(hours.count == 8)
    }

    @Test func `what one register lacks and another was told without is missing, and not in doubt`() {
        var (heard, lacking) = (RegisterProfile(), RegisterProfile())
        let first: Int64 = 2_500 * 96 + 90
        func report(_ values: [Int64?], from first: Int64) -> RegisterReport {
            let places = values.enumerated().map { index, value in
                value.map { IntervalEntry(boundary: QuarterHour(number: first + Int64(index)), value: $0, series: 0) }
            }
            return RegisterReport(
                meter: "main", register: "import_kwh", unit: .kilowattHour, step: 1,
                newest: QuarterHour(number: first + Int64(values.count - 1)), places: places.reversed())
        }
        _ = heard.merge(report([1, nil, 3, nil, nil, 6, 7, 8, 9, 10], from: first))
        _ = lacking.merge(report([1], from: first))
        _ = lacking.merge(report([4, nil, 6, 7, 8, 9, 10], from: first + 3))
        func range(_ from: Int64, _ to: Int64) -> Range<QuarterHour> {
            QuarterHour(number: first + from)..<QuarterHour(number: first + to)
        }
        #expect(MissingQuarters.of([heard, lacking]) == [range(0, 3)])
        #expect(MissingQuarters.doubtful([heard, lacking]) == [range(3, 5)])
    }

    @Test func `what was agreed to is given the time that it takes`() throws {
        let planner = Asker()
        let rules = RequestPlanner.Rules.at(spreadingFactor: 12)
        #expect(planner.next([want(ago(8...20))], rules: rules, at: now) == nil, "what was told of is not asked for")
        let frame = try #require(planner.next([want(ago(108...120))], rules: rules, at: now))
        #expect(planner.take(ReplySummary(sequence: frame.sequence), at: now + .hours(1)))
        #expect(planner.next([want(ago(108...120))], rules: rules, at: now + .hours(23)) == nil)
        // What turned up missing meanwhile is asked at once.
        #expect(planner.next([want(ago(108...121))], rules: rules, at: now + .hours(23)) != nil)
        #expect(planner.next([want(ago(108...120))], rules: rules, at: now + .hours(24)) != nil)
        #expect(RequestPlanner.Rules.at(spreadingFactor: 7).answered < rules.answered)
    }

    @Test func `at the slowest data rate less is asked, and in doubt only of a bridge that is told what is known`() {
        let planner = Asker()
        let rules = RequestPlanner.Rules.at(spreadingFactor: 12)
        let doubt = RequestPlanner.Want(meter: 0, report: 2, missing: [], doubtful: [ago(108...120)])
        var untold = rules
        untold.telling = nil
        #expect(planner.next([doubt], rules: untold, at: now) == nil)
        let hours = (0..<Int64(24 * 12)).filter {
            planner.next([want(ago(108...120))], rules: rules, at: now + .hours($0)) != nil
        }
        #expect(hours == [0, 3, 9, 21, 45, 93, 189, 285])
    }

    @Test func `no more is asked in a day than the collector's share`() {
        let planner = Asker()
        var asked = 0
        for number in 0..<Int64(24) {
            let other = want(ago(100 + number * 10...101 + number * 10))
            if planner.next([other], rules: .init(), at: now + .minutes(number)) != nil { asked += 1 }
        }
        #expect(asked == 6)
        #expect(planner.next([want(ago(50...60))], rules: .init(), at: now + .hours(26)) == nil)
        #expect(planner.next([want(ago(50...60))], rules: .init(), at: now + .hours(27)) != nil)
    }

    @Test func `a bridge that sends sums is told once a day what is known, with a request or alone`() throws {
        let known = Command.acknowledgeIntervals(report: 1, meter: 0, newest: QuarterHour(atOrBefore: now), hours: 7)
        var planner = RequestPlanner()
        func commands(_ hour: Int64, _ wants: [RequestPlanner.Want] = []) -> [Command] {
            planner.next(
                wants, rules: .at(spreadingFactor: 12, sendsSums: true), at: now + .hours(hour), known: [known])?
                .commands
                ?? []
        }
        #expect(commands(0) == [known])
        #expect(commands(1).isEmpty)
        let waiting = planner.waitingSince
        #expect(waiting == nil, "it is not answered")
        let asked = commands(23, [want(ago(608...620))])
        #expect(asked.count == 2 && asked.last == known)
        #expect(commands(44).isEmpty)
        #expect(commands(45) == [known])
    }

    @Test func `at the slowest data rate a bridge is told what is known as often as it may be asked`() {
        let known = Command.acknowledgeIntervals(report: 1, meter: 0, newest: QuarterHour(atOrBefore: now), hours: 7)
        for (factor, told) in [(12, 6), (11, 0), (7, 0)] {
            var planner = RequestPlanner()
            let rules = RequestPlanner.Rules.at(spreadingFactor: factor)
            let hours = (0..<Int64(27)).filter {
                planner.next([], rules: rules, at: now + .hours($0), known: [known]) != nil
            }
            #expect(hours.count == told || hours.count == told - 1, "SF\(factor): \(hours)")
        }
    }

    @Test func `what a report has left out is not known`() throws {
        var register = RegisterProfile()
        let first: Int64 = 2_500 * 96
        func tell(_ values: [Int64?]) {
            let places = values.enumerated().map { index, value in
                value.map { IntervalEntry(boundary: QuarterHour(number: first + Int64(index)), value: $0, series: 0) }
            }
            _ = register.merge(
                RegisterReport(
                    meter: "main", register: "import_kwh", unit: .kilowattHour, step: 1,
                    newest: QuarterHour(number: first + Int64(values.count - 1)), places: places.reversed()))
        }
        func hours() throws -> Int {
            let command = try #require(Command.acknowledging([register], report: 1, meter: 0))
            guard case .acknowledgeIntervals(_, _, _, let hours) = command else { return -1 }
            return hours >> 20
        }
        tell([1, 2, 3, 4, nil, nil, 7, 8, 9, 10, 11, 12, 13])
        #expect(try hours() == 0b1000, "the hour before the last was left out in part, and the first one's end with it")
        tell([4, 5, 6, 7].map { Int64($0) }.map { $0 })
        #expect(try hours() >= 0b1000)
    }

    @Test func `as many requests as there may be fit the slowest data rate with what tells`() throws {
        let known = Command.acknowledgeIntervals(report: 1, meter: 0, newest: QuarterHour(atOrBefore: now), hours: 7)
        var planner = RequestPlanner()
        let first: [Int64] = [100, 140, 180, 220, 260]
        let runs = first.map { want(ago($0...$0 + 4)) }
        let next = planner.next(runs, rules: .at(spreadingFactor: 12), at: now, known: [known])
        let frame = try #require(next)
        #expect(frame.commands.count == 6)
        #expect(frame.encode().count <= CommandFrame.safeLength)
    }

    @Test func `though each goes out late as it may be no 24 hours have more than the share`() {
        let planner = Asker()
        // Each hour something else is missing; what is asked goes out at once or at the last moment, in turns.
        var sent: [UTCInstant] = []
        for hour in 0..<Int64(24 * 9) {
            let other = want(ago(100 + hour * 10...101 + hour * 10))
            guard planner.next([other], rules: .init(), at: now + .hours(hour)) != nil else { continue }
            sent.append(now + .hours(hour) + (sent.count / 6 % 2 == 0 ? RequestPlanner.expiry : .zero))
        }
        let most = sent.map { end in sent.count { $0 <= end && end - $0 < .hours(24) } }.max()
        #expect(most == DownlinkShares.collector && sent.count == 6 * 8)
    }

    @Test func `a downlink fits the slowest data rate and near runs become one`() {
        let planner = Asker()
        let starts: [Int64] = [58, 52, 46, 40, 34, 28, 22, 16, 10]
        let many = starts.map { ago($0...$0 + 2) }
        let want = RequestPlanner.Want(meter: 0, report: 1, missing: many)
        let frame = planner.next([want], rules: .init(), at: now)
        #expect(frame?.commands.count == 5)
        #expect((frame?.encode().count ?? 99) <= CommandFrame.safeLength)
        let asked = ranges(frame)
        #expect(
            many.allSatisfy { run in
                asked.contains { $0.lowerBound <= run.lowerBound && run.upperBound <= $0.upperBound }
            })
    }

    @Test func `a report that the bridge does not send again is left alone for a week`() throws {
        let planner = Asker()
        let frame = try #require(planner.next([want(ago(8...20))], rules: .init(), at: now))
        let reply = ReplySummary(sequence: frame.sequence, refusals: [.init(position: 0, reason: .noIntervals)])
        #expect(planner.take(reply, at: now))
        #expect(planner.next([want(ago(8...20), ago(30...40))], rules: .init(), at: now + .hours(100)) == nil)
        #expect(planner.next([want(ago(8...20))], rules: .init(), at: now + .hours(24 * 7 + 1)) != nil)
    }

    @Test func `a number that was taken is no try`() throws {
        let planner = Asker()
        let frame = try #require(planner.next([want(ago(8...20))], rules: .init(), at: now))
        let reply = ReplySummary(sequence: frame.sequence, refusals: [.init(position: nil, reason: .replayed)])
        #expect(planner.take(reply, at: now))
        let next = try #require(planner.next([want(ago(8...20))], rules: .init(), at: now))
        #expect(next.sequence != frame.sequence)
    }

    @Test func `the answer to another's downlink is not taken for one's own`() {
        let planner = Asker()
        _ = planner.next([want(ago(8...20))], rules: .init(), at: now, used: [])
        #expect(!planner.take(ReplySummary(sequence: 4_000), at: now))
    }

    @Test func `what is remembered survives a restart`() throws {
        let planner = Asker()
        _ = planner.next([want(ago(8...20))], rules: .init(), at: now)
        let stored = try JSONEncoder().encode(planner.planner)
        #expect(try JSONDecoder().decode(RequestPlanner.self, from: stored) == planner.planner)
    }

    @Test func `a bridge's reply is understood`() throws {
        let schema = try PayloadSchema(meters: ["main"], reports: [.status], largestPayload: 51)
        let reply = Reply(
            sequence: 77,
            answers: [.init(command: 4, result: .accepted), .init(command: 4, result: .refused(.noIntervals))])
        let frame = try #require(reply.encode(largestPayload: 51).first)
        let summary = ReplySummary(try schema.decode(port: Int(ReportKind.reply.port), frame))
        #expect(summary == ReplySummary(sequence: 77, refusals: [.init(position: 1, reason: .noIntervals)]))
    }

    @Test func `a quarter-hour that any register of a report lacks is missing`() {
        var (first, second) = (RegisterProfile(), RegisterProfile())
        _ = first.merge(ProfileReports.report(from: 0, [1, 2, 3, 4]))
        _ = second.merge(ProfileReports.report(from: 0, [1, 2]))
        _ = second.merge(ProfileReports.report(from: 3, [4]))
        let boundary = ProfileReports.boundary
        #expect(MissingQuarters.of([first, second]) == [boundary(1)..<boundary(3)])
        #expect(
            MissingQuarters.of([first, second], since: boundary(-2)) == [
                boundary(-2)..<boundary(0), boundary(1)..<boundary(3),
            ])
        #expect(MissingQuarters.of([RegisterProfile()]) == [])
    }

    @Test func `the shares never add up to more than the network allows`() {
        for allowance in 0...200 {
            let (bridge, collector) = (
                DownlinkShares.bridge(of: allowance) ?? 0, DownlinkShares.collector(of: allowance)
            )
            #expect(bridge + collector <= allowance, "\(allowance): \(bridge), \(collector)")
        }
        #expect(DownlinkShares.bridge(of: 10) == 3 && DownlinkShares.collector(of: 10) == 6)
        #expect(DownlinkShares.bridge(of: nil) == nil)
    }

    @Test func `requests of a whole fleet leave a gateway its air-time`() {
        var budget = GatewayBudget()
        let time = GatewayBudget.airTime(payload: 37, spreadingFactor: 12)
        // By AN1200.13: 12.25 + 58 symbols of 32.768 ms, 12.25 + 83 of 1.024 ms.
        #expect(time.milliseconds == 2_301)
        #expect(GatewayBudget.airTime(payload: 37, spreadingFactor: 7).milliseconds == 97)
        let granted = (0..<50).count { _ in budget.spend(time, of: "a", at: now) }
        let later = [("b", 0), ("a", 59), ("a", 60)].map { name, minutes in
            budget.spend(time, of: name, at: now + .minutes(Int64(minutes)))
        }
        #expect(granted == 7 && later == [true, false, true])
    }
}

/// A planner that expectations may change.
private final class Asker {
    var planner = RequestPlanner()

    func next(
        _ wants: [RequestPlanner.Want], rules: RequestPlanner.Rules, at now: UTCInstant, used: [Int] = []
    ) -> CommandFrame? { planner.next(wants, rules: rules, at: now, used: used) }

    func take(_ reply: ReplySummary, at now: UTCInstant) -> Bool { planner.take(reply, at: now) }

    func count(at now: UTCInstant) -> Int { planner.count(at: now) }
}
