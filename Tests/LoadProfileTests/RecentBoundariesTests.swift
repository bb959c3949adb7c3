import LoadProfile
import MeterValues
import Testing

@Suite struct RecentBoundariesTests {
    /// Days with holes, unknown values, and days of which nothing was heard.
    private func days(_ random: inout Xorshift) -> [Int64: ProfileDay] {
        var days: [Int64: ProfileDay] = [:]
        for number in Int64(2_500)..<2_514 where Int.random(in: 0..<5, using: &random) > 0 {
            var day = ProfileDay()
            for slot in 0..<96 {
                switch Int.random(in: 0..<8, using: &random) {
                case 0: break
                case 1: day[slot] = .unknown
                default: day[slot] = .value(number * 96 + Int64(slot))
                }
            }
            days[number] = day
        }
        return days
    }

    @Test func `they count what the profile counts`() throws {
        var random = Xorshift(state: 11)
        for _ in 0..<200 {
            let days = days(&random)
            let profile = RegisterProfile(days: days)
            var recent = RecentBoundaries(newest: 2_505)
            for number in days.keys.shuffled(using: &random) { days[number].map { recent.note($0, on: number) } }
            let copy = try #require(RecentBoundaries(stored: recent.stored))
            #expect(copy == recent)
            let newest = try #require(days.keys.max())
            let oldest = QuarterHour(startOfDay: newest - Int64(RecentBoundaries.days) + 1)
            let start = QuarterHour(number: oldest.number + Int64.random(in: 0..<300, using: &random))
            let end = QuarterHour(number: start.number + Int64.random(in: 0..<900, using: &random))
            #expect(copy.coverage(of: start..<end) == profile.coverage(of: start..<end))
            #expect(copy.coverage(of: QuarterHour(number: oldest.number - 1)..<end) == nil)
        }
    }

    @Test func `a register that fell is not counted by them`() {
        var day = ProfileDay()
        day[3] = .value(500)
        day[4] = .value(20)
        var recent = RecentBoundaries(newest: 2_600)
        recent.note(day, on: 2_600)
        let today = QuarterHour(startOfDay: 2_600)..<QuarterHour(startOfDay: 2_601)
        #expect(recent.coverage(of: today) == nil)
        #expect(RecentBoundaries(stored: recent.stored)?.coverage(of: today) == nil)
    }

    @Test func `damaged bytes are refused`() {
        let good = RecentBoundaries(newest: 2_600).stored
        #expect(RecentBoundaries(stored: good) != nil)
        for cut in 0..<good.count { #expect(RecentBoundaries(stored: Array(good[..<cut])) == nil) }
        #expect(RecentBoundaries(stored: good + [0]) == nil && RecentBoundaries(stored: [7] + good.dropFirst()) == nil)
    }
}
