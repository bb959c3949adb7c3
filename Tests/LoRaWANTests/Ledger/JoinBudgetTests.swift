import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct JoinBudgetTests {
    func requests(_ bench: Bench, from: TimeSpan, to: TimeSpan) -> Int {
        guard let first = bench.air.first?.start else { return 0 }
        return bench.air.count { $0.start - first >= from && $0.start - first < to }
    }

    @Test func `without answers a DR0 device joins 24 times in hour 1, 24 more by 12 hours, then 5 a day`() throws {
        let bench = try Bench(Bench.configuration { $0.region = Bench.region(joinAt: [0]) })
        bench.reply = { _ in .silence }
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .hours(24 * 5))
        #expect(requests(bench, from: .zero, to: .hours(1)) == 24)
        #expect(requests(bench, from: .hours(1), to: .seconds(43_200)) == 24)
        #expect(requests(bench, from: .hours(1), to: .hours(11)) == 24)
        for day in 0..<3 {
            let start = TimeSpan.hours(Int64(12 + 24 * day))
            #expect((4...5).contains(requests(bench, from: start, to: start + .hours(24))), "day \(day)")
        }
        let daily = bench.air.filter { $0.start - bench.air[0].start >= .hours(12) }
            .map { AirTimeWindow.Entry(start: $0.start, airTime: $0.airTime) }
        #expect(LedgerTests.fullest(daily, length: .hours(24)) < .milliseconds(8_700))
    }

    @Test func `at DR5 the same budgets hold 583, 583 and 140 join-requests`() throws {
        var budget = JoinBudget()
        let airTime = AirTime.of(
            bytes: JoinRequest.length, modulation: try #require(Region.eu868.modulation(of: DataRate(5))))
        var now = MonotonicInstant(nanoseconds: 0)
        var counts = [0, 0, 0]
        while now < MonotonicInstant(nanoseconds: 0) + .hours(36) {
            let start = try #require(budget.earliestStart(airTime: airTime, at: now))
            let age = start - MonotonicInstant(nanoseconds: 0)
            if age < .hours(36) { counts[age < .hours(1) ? 0 : age < .hours(12) ? 1 : 2] += 1 }
            budget.record(start: start, airTime: airTime)
            now = start + airTime
        }
        #expect(counts == [583, 583, 140 + 1], "a second day has begun for one")
    }

    @Test func `a reset loop does not renew the first hour`() throws {
        let configuration = Bench.configuration { $0.region = Bench.region(joinAt: [0]) }
        var state: DeviceState?
        var sent = 0
        var nonces: [UInt16] = []
        // Power fails after each join-request; each boot has a clock that begins anew.
        for boot in 0..<200 {
            let bench = try Bench(configuration, restoring: state, boot: "boot-\(boot)")
            bench.reply = { request in
                nonces.append(UInt16(request.payload[17]) | UInt16(request.payload[18]) << 8)
                return .silence
            }
            bench.perform(bench.device.start(at: bench.now))
            try bench.run(for: .seconds(60)) { !bench.air.isEmpty }
            sent += bench.air.count
            if let stored = bench.stored { state = try DeviceState(decoding: stored) }
        }
        #expect(sent == 24)
        #expect(nonces == Array(0..<24))
    }

    @Test func `the budget begins anew a day after a success, not at it`() throws {
        var budget = JoinBudget()
        let start = MonotonicInstant(nanoseconds: 0)
        let airTime = TimeSpan.microseconds(1_482_752)
        for index in 0..<24 { budget.record(start: start + .seconds(Int64(index) * 10), airTime: airTime) }
        budget.succeeded = true
        let soon = start + .minutes(20)
        #expect(budget.earliestStart(airTime: airTime, at: soon) == start + .hours(1))
        let nextDay = start + .hours(26)
        #expect(budget.earliestStart(airTime: airTime, at: nextDay) == nextDay)
        budget.record(start: nextDay, airTime: airTime)
        #expect(budget.began == nextDay && budget.spentInFirstHour == airTime)
    }
}
