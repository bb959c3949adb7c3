import Testing
import Timekeeping
import UplinkBridge

@Suite struct AirTimeRationTests {
    let start = MonotonicInstant(nanoseconds: 0)

    /// Starts of uplinks that are wanted all the time, for `span`.
    func starts(
        airTime: TimeSpan, purse: TimeSpan, within span: TimeSpan, isUrgent: Bool = false
    ) -> [MonotonicInstant] {
        var ration = AirTimeRation(purse: purse, at: start)
        var starts: [MonotonicInstant] = []
        var now = start
        while true {
            now = ration.earliest(for: airTime, isUrgent: isUrgent, at: now)
            guard now <= start + span else { return starts }
            ration.spend(airTime, at: now)
            starts.append(now)
        }
    }

    @Test(arguments: [51, 370, 1_482, 2_793] as [Int64])
    func `in every 24 hours no more than the purse is spent, and nearly all of it`(milliseconds: Int64) {
        let airTime = TimeSpan.milliseconds(milliseconds)
        let starts = starts(airTime: airTime, purse: .seconds(30), within: .hours(96))
        var first = 0
        for (index, start) in starts.enumerated() {
            while start - starts[first] >= .hours(24) { first += 1 }
            #expect(airTime * Int64(index - first + 1) <= .seconds(30))
        }
        #expect(airTime * Int64(starts.count) > .seconds(30 * 4 * 8 / 10))
    }

    @Test func `reports that are asked for too often come evenly, not in one hour of the day`() {
        let starts = starts(airTime: .milliseconds(61), purse: .seconds(30), within: .hours(48))
        let day = starts.filter { $0 >= start + .hours(24) }
        for (earlier, later) in zip(day, day.dropFirst()) { #expect(later - earlier < .minutes(5)) }
    }

    @Test func `a flood of alarms spends a quarter of the purse at once, and then comes evenly`() {
        let starts = starts(airTime: .seconds(1), purse: .seconds(30), within: .hours(24), isUrgent: true)
        #expect(starts.count { $0 < self.start + .minutes(10) } == 7)
        for (earlier, later) in zip(starts, starts.dropFirst()) { #expect(later - earlier <= .hours(1)) }
    }

    @Test func `an uplink longer than the reserve waits for a full reserve, not for ever`() {
        let starts = starts(airTime: .seconds(5), purse: .seconds(30), within: .hours(48))
        #expect(starts.count >= 9)
    }
}
