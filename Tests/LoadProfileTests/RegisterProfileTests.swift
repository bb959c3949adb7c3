import LoadProfile
import MeterValues
import Testing

@Suite struct RegisterProfileTests {
    private func boundary(_ number: Int) -> QuarterHour { ProfileReports.boundary(number) }

    private func profile(_ reports: [RegisterReport]) -> RegisterProfile {
        var profile = RegisterProfile()
        for report in reports { _ = profile.merge(report) }
        return profile
    }

    @Test func `the use of a quarter-hour is the difference of its two registers`() {
        let profile = profile([ProfileReports.report(from: 0, [100, 112, 112])])
        #expect(profile.quarter(from: boundary(0)) == .use(12))
        #expect(profile.quarter(from: boundary(1)) == .use(0))
        #expect(profile.quarter(from: boundary(2)) == .missing)
    }

    @Test func `a report that comes twice changes nothing`() {
        var profile = RegisterProfile()
        let report = ProfileReports.report(from: 0, [100, nil, 112], breaks: [2])
        #expect(profile.merge(report).added == 2)
        let before = profile
        let again = profile.merge(report)
        #expect(profile == before)
        #expect(again.added == 0 && again.confirmed == 2 && again.days.isEmpty && !again.breaksChanged)
    }

    @Test func `reports in any order make the same profile`() {
        let values = (0..<400).map { (number: Int) -> Int64? in number % 17 == 5 ? nil : Int64(1_000 + number * 3) }
        var reports = stride(from: 0, to: 380, by: 7).map { first in
            ProfileReports.report(from: first, Array(values[first..<first + 20]))
        }
        reports.append(ProfileReports.report(from: 420, [2_950, 2_960, 7, nil, 9], breaks: [2]))
        let wanted = profile(reports)
        for seed in 1..<20 {
            var random = Xorshift(state: UInt64(seed))
            #expect(profile(reports.shuffled(using: &random) + reports.prefix(3)) == wanted)
        }
    }

    @Test func `a register on both sides of midnight UTC is found`() {
        let toMidnight = Int(96 - ProfileReports.start.number % 96)
        let profile = profile([ProfileReports.report(from: toMidnight - 1, [10, 11, 13])])
        #expect(profile.days.count == 2)
        #expect(profile.quarter(from: boundary(toMidnight - 1)) == .use(1))
        #expect(profile.quarter(from: boundary(toMidnight)) == .use(2))
    }

    @Test func `a hole costs its own quarter-hours and their sum is known`() {
        let profile = profile([
            ProfileReports.report(from: 0, [100, 110]), ProfileReports.report(from: 4, [150, 160]),
        ])
        #expect(profile.missing(in: boundary(0)..<boundary(5)) == [boundary(1)..<boundary(4)])
        #expect(profile.use(from: boundary(1), to: boundary(4)) == 40)
        #expect(profile.coverage(of: boundary(0)..<boundary(5)).known == 2)
    }

    @Test func `what the bridge does not know is not missing`() {
        let profile = profile([ProfileReports.report(from: 0, [100, nil, 112])])
        #expect(profile.quarter(from: boundary(0)) == .unknown)
        #expect(profile.missing(in: boundary(0)..<boundary(2)) == [])
        #expect(profile.coverage(of: boundary(0)..<boundary(2)).unknowable == 2)
    }

    @Test func `a value told later takes the place of one that was not known`() {
        let profile = profile([
            ProfileReports.report(from: 0, [100, nil, 112]), ProfileReports.report(from: 1, [105]),
        ])
        #expect(profile.quarter(from: boundary(0)) == .use(5))
    }

    @Test func `a contradiction is told and what was known stays`() {
        var profile = profile([ProfileReports.report(from: 0, [100, 112])])
        let merge = profile.merge(ProfileReports.report(from: 0, [100, 113, 115]))
        #expect(merge.contradictions == [boundary(1)])
        #expect(profile.register(at: boundary(1)) == 112)
        #expect(profile.register(at: boundary(2)) == 115)
    }

    @Test func `a coarser layout confirms what a finer one told and a finer one refines it`() {
        var fineFirst = profile([ProfileReports.report(from: 0, [123, 137])])
        #expect(fineFirst.merge(ProfileReports.report(from: 0, [120, 130], step: 10)).contradictions == [])
        var coarseFirst = profile([ProfileReports.report(from: 0, [120, 130], step: 10)])
        #expect(coarseFirst.merge(ProfileReports.report(from: 0, [123, 137])).contradictions == [])
        #expect(coarseFirst.quarter(from: boundary(0)) == .use(14))
        #expect(coarseFirst.quarter(from: boundary(0)) == fineFirst.quarter(from: boundary(0)))
    }

    // MARK: Series

    @Test func `no use reaches from one series into another whatever the registers are`() {
        for second: Int64 in [5, 112, 900] {
            let profile = profile([ProfileReports.report(from: 0, [100, 112, second, second + 4], breaks: [2])])
            #expect(profile.quarter(from: boundary(0)) == .use(12))
            #expect(profile.quarter(from: boundary(1)) == .newSeries)
            #expect(profile.quarter(from: boundary(2)) == .use(4))
            #expect(profile.use(from: boundary(0), to: boundary(3)) == nil)
        }
    }

    @Test func `a register that falls without a word has no use`() {
        let profile = profile([ProfileReports.report(from: 0, [100]), ProfileReports.report(from: 1, [40])])
        #expect(profile.quarter(from: boundary(0)) == .newSeries)
    }

    @Test func `a break in a hole is narrowed by what fills the hole`() {
        let around = ProfileReports.report(from: 0, [100, nil, nil, nil, 500], breaks: [4])
        let older = ProfileReports.report(from: 0, [100, 110])
        let newer = ProfileReports.report(from: 2, [480, 490, 500])
        for reports in [[around, older, newer], [older, newer, around], [newer, around, older]] {
            let profile = profile(reports)
            #expect(profile.quarter(from: boundary(0)) == .use(10))
            #expect(profile.quarter(from: boundary(1)) == .newSeries)
            #expect(profile.quarter(from: boundary(2)) == .use(10))
        }
    }

    @Test func `a boundary within a break that may be of either series gives no use`() {
        let profile = profile([
            ProfileReports.report(from: 0, [100, nil, 500], breaks: [2]), ProfileReports.report(from: 1, [300]),
        ])
        #expect(profile.quarter(from: boundary(0)) == .newSeries)
        #expect(profile.quarter(from: boundary(1)) == .newSeries)
    }
}

struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
