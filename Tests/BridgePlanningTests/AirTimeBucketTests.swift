import Testing
import Timekeeping
import UplinkPayload

@testable import BridgePlanning

@Suite struct AirTimeBucketTests {
    let start = MonotonicInstant(nanoseconds: 0)

    /// Starts of uplinks that are wanted all the time, for `span`.
    func starts(
        airTime: TimeSpan, dailyAirTime: TimeSpan, within span: TimeSpan, claim: AirTimeClaim = .history
    ) -> [MonotonicInstant] {
        var bucket = AirTimeBucket(dailyAirTime: dailyAirTime, at: start)
        var starts: [MonotonicInstant] = []
        var now = start
        while true {
            while case let next = bucket.earliest(for: airTime, claim: claim, at: now), next > now { now = next }
            guard now <= start + span else { return starts }
            bucket.spend(airTime, claim: claim, at: now)
            starts.append(now)
        }
    }

    @Test(arguments: [51, 370, 1_482, 2_793] as [Int64])
    func `in every 24 hours the purse is spent but for what is kept for alarms, by one claim or by two`(
        milliseconds: Int64
    ) {
        let airTime = TimeSpan.milliseconds(milliseconds)
        for claim in [AirTimeClaim.history, .other] {
            let starts = starts(airTime: airTime, dailyAirTime: .seconds(30), within: .hours(96), claim: claim)
            var first = 0
            for (index, start) in starts.enumerated() {
                while start - starts[first] >= .hours(24) { first += 1 }
                // What was saved up, and a frame of debt.
                #expect(airTime * Int64(index - first) <= .seconds(30))
            }
            #expect(airTime * Int64(starts.count) > .seconds(30 * 4 * 88 / 100), "\(claim)")
        }
    }

    @Test func `where both want more than there is the quarter-hours have their share`() {
        let wants: [(AirTimeClaim, Int64)] = [(.history, 1_482), (.other, 370)]
        for share in [14, 6] as [Int64] {
            var bucket = AirTimeBucket(dailyAirTime: .seconds(30), historyShare: share, at: start)
            var spent: [AirTimeClaim: TimeSpan] = [:]
            for minute in 0..<Int64(4 * 1_440) {
                let now = start + .minutes(minute)
                for (claim, airTime) in wants
                where bucket.earliest(for: .milliseconds(airTime), claim: claim, at: now) <= now {
                    bucket.spend(.milliseconds(airTime), claim: claim, at: now)
                    spent[claim, default: .zero] += .milliseconds(airTime)
                }
            }
            let (history, other) = (spent[.history] ?? .zero, spent[.other] ?? .zero)
            #expect(history + other > .seconds(4 * 26) && history + other <= .seconds(4 * 30))
            let wanted = (history + other).milliseconds * share / 16
            #expect(abs(history.milliseconds - wanted) < wanted / 15, "\(share): \(history), \(other)")
        }
    }

    @Test func `reports that are asked for too often come evenly, not in one hour of the day`() {
        let starts = starts(airTime: .milliseconds(61), dailyAirTime: .seconds(30), within: .hours(48), claim: .other)
        let day = starts.filter { $0 >= start + .hours(24) }
        for (earlier, later) in zip(day, day.dropFirst()) { #expect(later - earlier < .minutes(5)) }
    }

    @Test func `the reports of a bridge that spends all it may leave an alarm its air-time`() {
        var bucket = AirTimeBucket(dailyAirTime: .seconds(30), at: start)
        for minute in 0..<Int64(2 * 1_440) {
            let now = start + .minutes(minute)
            for claim in [AirTimeClaim.history, .other]
            where bucket.earliest(for: .milliseconds(2_793), claim: claim, at: now) <= now {
                bucket.spend(.milliseconds(2_793), claim: claim, at: now)
            }
            #expect(bucket.earliest(for: .milliseconds(1_482), claim: .urgent, at: now) == now)
        }
    }

    @Test func `a flood of alarms spends a quarter of the purse at once, and then comes evenly`() {
        let starts = starts(airTime: .seconds(1), dailyAirTime: .seconds(30), within: .hours(24), claim: .urgent)
        #expect(starts.count { $0 < self.start + .minutes(10) } == 7)
        for (earlier, later) in zip(starts, starts.dropFirst()) { #expect(later - earlier <= .hours(2)) }
    }

    @Test func `alarms that never end leave the reports half of the air-time`() {
        var bucket = AirTimeBucket(dailyAirTime: .seconds(30), at: start)
        var spent: [AirTimeClaim: TimeSpan] = [:]
        for minute in 0..<Int64(4 * 1_440) {
            let now = start + .minutes(minute)
            for (claim, airTime) in [(.urgent, 185), (.history, 1_482), (.other, 370)] as [(AirTimeClaim, Int64)]
            where bucket.earliest(for: .milliseconds(airTime), claim: claim, at: now) <= now {
                bucket.spend(.milliseconds(airTime), claim: claim, at: now)
                spent[claim, default: .zero] += .milliseconds(airTime)
            }
        }
        let (history, other) = (spent[.history] ?? .zero, spent[.other] ?? .zero)
        // 29 parts of 32 are shared.
        #expect(history + other > .seconds(4 * 13) && history + other < .seconds(4 * 15))
        #expect(spent[.urgent] ?? .zero > .seconds(4 * 13))
        #expect(history > other * 5, "the quarter-hours keep their share of it")
    }

    @Test func `each wait is as long as what flows in meanwhile needs, to the second`() {
        var bucket = AirTimeBucket(dailyAirTime: .seconds(30), at: start)
        let spends: [(AirTimeClaim, Int64)] = [
            (.urgent, 2_000), (.history, 900), (.other, 1_800), (.history, 700),
        ]
        for (claim, airTime) in spends { bucket.spend(.milliseconds(airTime), claim: claim, at: start) }
        for (claim, airTime) in [(.urgent, 7_000), (.history, 800), (.other, 1_700)] as [(AirTimeClaim, Int64)] {
            let ready = bucket.earliest(for: .milliseconds(airTime), claim: claim, at: start)
            #expect(ready > start)
            // Asked every minute, the answer stays; and a second before it is not time yet.
            for now in stride(from: start.nanoseconds, to: ready.nanoseconds - 2_000_000_000, by: 60_000_000_000) {
                let again = bucket.earliest(
                    for: .milliseconds(airTime), claim: claim, at: MonotonicInstant(nanoseconds: now))
                #expect(again - ready <= .seconds(3) && ready - again <= .seconds(3), "\(claim)")
            }
        }
    }

    @Test func `an uplink longer than the reserve waits for a full reserve, not for ever`() {
        let starts = starts(airTime: .seconds(5), dailyAirTime: .seconds(30), within: .hours(48))
        #expect(starts.count >= 9)
    }
}
