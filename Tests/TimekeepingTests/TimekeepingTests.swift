import Testing
import Timekeeping

@Suite struct TimekeepingTests {
    @Test func `civil dates and days agree over 400 years and their leap days`() {
        var expected = CivilDate.daysSince1970(year: 1900, month: 1, day: 1)
        #expect(expected == -25_567)
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...CivilDate.daysIn(month: month, year: year) {
                    let date = CivilDate(daysSince1970: expected)
                    #expect(date.year == year && date.month == month && date.day == day)
                    #expect(CivilDate.daysSince1970(year: year, month: month, day: day) == expected)
                    expected += 1
                }
            }
        }
    }

    @Test func `an instant is written in ISO 8601`() {
        #expect(UTCInstant(secondsSince1970: 0).description == "1970-01-01T00:00:00Z")
        #expect(UTCInstant(secondsSince1970: -1).description == "1969-12-31T23:59:59Z")
        #expect(UTCInstant(nanoseconds: -1).secondsSince1970 == -1)
        #expect(UTCInstant(nanoseconds: .min).description == "1677-09-21T00:12:43Z")
        #expect(UTCInstant(nanoseconds: .max).description == "2262-04-11T23:47:16Z")
        #expect(UTCInstant(secondsSince1970: 1_582_979_696).description == "2020-02-29T12:34:56Z")
        #expect(
            UTCInstant(year: 2020, month: 2, day: 29, hour: 12, minute: 34, second: 56)?.secondsSince1970
                == 1_582_979_696)
    }

    @Test func `dates that do not exist are nil`() {
        #expect(UTCInstant(year: 2021, month: 2, day: 29) == nil)
        #expect(UTCInstant(year: 2021, month: 13, day: 1) == nil)
        #expect(UTCInstant(year: 2021, month: 1, day: 1, hour: 24) == nil)
        #expect(UTCInstant(year: 9000, month: 1, day: 1) == nil)
    }

    @Test func `spans are written for people`() {
        #expect(TimeSpan.milliseconds(250).description == "250 ms")
        #expect(TimeSpan.seconds(12).description == "12 s")
        #expect(TimeSpan.seconds(245).description == "4 min 5 s")
        #expect(TimeSpan.minutes(150).description == "2 h 30 min")
        #expect(TimeSpan.hours(24).description == "24 h")
    }
}
