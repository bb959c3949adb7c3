import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

@Suite struct IntervalTests {
    let code = OBISCode(1, 0, 1, 8, 0)
    let gas = OBISCode(0, 1, 24, 2, 1)
    let noon = UTCInstant(secondsSince1970: 1_790_078_400)  // 2026-09-22T12:00:00Z

    private func reading(_ time: UTCInstant, _ value: Int64) -> Reading {
        Reading(time: time, quantities: [code: Quantity(coefficient: value, decimals: 3, unit: .kilowattHour)])
    }

    private func entries(_ samples: [(seconds: Int64, value: Int64)]) -> [IntervalEntry] {
        var recorder = IntervalRecorder(codes: [code])
        return samples.flatMap { sample in
            recorder.add(reading(noon + .seconds(sample.seconds), sample.value), meter: "A").flatMap(\.entries)
        }
    }

    @Test func `boundaries are counted from 2020 in quarter-hours of UTC`() throws {
        let start = try #require(UTCInstant(year: 2020, month: 1, day: 1))
        #expect(QuarterHour(atOrBefore: start).number == 0)
        #expect(QuarterHour(atOrBefore: start + .nanoseconds(-1)).number == -1)
        #expect(QuarterHour(atOrBefore: start + .minutes(29)).number == 1)
        #expect(QuarterHour(number: 1).time == start + .minutes(15))
        let last = try #require(UTCInstant(year: 2079, month: 10, day: 1))
        #expect(QuarterHour(atOrBefore: last).number < 1 << 21)
        for extreme in [Int64.min, .max] {
            #expect(QuarterHour(number: extreme).time.nanoseconds == extreme)
            _ = QuarterHour(atOrBefore: UTCInstant(nanoseconds: extreme))
        }
    }

    @Test func `the value at a boundary lies on the line between the telegrams around it`() {
        #expect(entries([(-10, 1_000), (0, 1_010), (10, 1_020)]).map(\.value) == [1_010])
        #expect(entries([(-4, 1_000), (6, 1_010)]).map(\.value) == [1_004])
        #expect(entries([(-1, 1_000), (9, 1_009)]).map(\.value) == [1_000])
        #expect(entries([(-9, 1_000), (1, 1_009)]).map(\.value) == [1_008])
        #expect(entries([(-9, 1_000), (1, 1_009)]).map(\.boundary.time) == [noon])
    }

    @Test func `a sample at the boundary itself counts whatever came before`() {
        #expect(entries([(0, 1_000)]).map(\.value) == [1_000])
        #expect(entries([(-7_000, 900), (0, 1_000)]).map(\.value) == [1_000])
    }

    @Test func `a boundary in a long silence has no entry, and the sum is kept`() {
        let found = entries([(-1, 0), (1, 10), (3_605, 900), (4_499, 1_000), (4_501, 1_010)])
        #expect(found.map { ($0.boundary.time - noon).seconds } == [0, 4_500])
        #expect(found.map(\.value) == [5, 1_005])
        #expect(Set(found.map(\.series)) == [0])
        #expect(entries([(-150, 0), (150, 10)]).count == 1)
        #expect(entries([(-150, 0), (151, 10)]).isEmpty)
    }

    @Test func `a register that runs backwards begins a new series`() {
        var recorder = IntervalRecorder(codes: [code])
        _ = recorder.add(reading(noon + .seconds(-10), 5_000), meter: nil)
        let found = recorder.add(reading(noon + .seconds(1), 4_999), meter: nil)
        #expect(found.map(\.newSeries) == [.ranBackwards])
        #expect(found.flatMap(\.entries).isEmpty)
        let later = recorder.add(reading(noon + .minutes(15), 5_100), meter: nil)
        #expect(later.flatMap(\.entries).map(\.series) == [1])
    }

    @Test func `another meter begins a new series, the same after a silence does not`() {
        var recorder = IntervalRecorder(codes: [code])
        _ = recorder.add(reading(noon + .seconds(-10), 5_000), meter: "A")
        let between = recorder.add(reading(noon + .seconds(-5), 5_001), meter: nil)
        #expect(between.isEmpty)
        let found = recorder.add(reading(noon, 7_000), meter: "B")
        #expect(found.map(\.newSeries) == [.otherMeter])
        #expect(found.first?.entries.first?.value == 7_000)
        #expect(found.first?.entries.first?.series == 1)
        let later = recorder.add(reading(noon + .minutes(15), 7_200), meter: "B")
        #expect(later.count == 1 && later.first?.newSeries == nil)
    }

    @Test func `a clock that goes back a little is waited for, and by more begins a new series`() {
        var recorder = IntervalRecorder(codes: [code])
        _ = recorder.add(reading(noon + .seconds(20), 100), meter: nil)
        let little = [(-40, 101), (-1, 103), (30, 110)].flatMap { seconds, value in
            recorder.add(reading(noon + .seconds(seconds), value), meter: nil)
        }
        #expect(little.isEmpty)
        var much: [IntervalRecorder.SeriesReason?] = []
        for (time, value) in [(noon.nanoseconds - 10_800_000_000_000, 120), (.min, 130), (.max, 140)]
            as [(Int64, Int64)]
        {
            much += recorder.add(reading(UTCInstant(nanoseconds: time), value), meter: nil).map(\.newSeries)
        }
        #expect(much == [.clockSetBack, .clockSetBack, .clockSetBack])
    }

    @Test func `a day's differences add up to the register's, however the telegrams fall`() throws {
        var random = SeededRandom(seed: 5)
        for interval in [1, 7, 10, 13, 61, 290] as [Int64] {
            var recorder = IntervalRecorder(codes: [code])
            var value: Int64 = 1_000_000
            var found: [IntervalEntry] = []
            var second = Int64.random(in: -30...0, using: &random)
            var atBoundary: [Int64: ClosedRange<Int64>] = [:]
            var before = value
            while second <= 86_400 + interval {
                let (quarter, next) = (second / 900 * 900, value)
                if second >= 0, second - quarter < interval { atBoundary[quarter] = before...next }
                found += recorder.add(reading(noon + .seconds(second), value), meter: "A").flatMap(\.entries)
                before = value
                second += interval
                value += Int64.random(in: 0...30, using: &random)
            }
            #expect(found.count == 97)
            for entry in found {
                let seconds = (entry.boundary.time - noon).seconds
                #expect(try #require(atBoundary[seconds]).contains(entry.value))
            }
            let deltas = zip(found, found.dropFirst()).map { $1.value - $0.value }
            #expect(deltas.allSatisfy { $0 >= 0 })
            let (first, last) = try (#require(found.first), #require(found.last))
            #expect(deltas.reduce(0, +) == last.value - first.value)
        }
    }

    @Test func `an hourly gas meter has values at the quarter-hours between its own times`() {
        var recorder = IntervalRecorder(codes: [gas])
        var found: [IntervalEntry] = []
        for second in stride(from: 0 as Int64, through: 7_300, by: 10) {
            let heard = noon + .seconds(second / 3_600 * 3_600 + 300)
            let value = Quantity(coefficient: 1_000 + second / 3_600 * 400, decimals: 3, unit: .cubicMetre)
            let reading = Reading(time: noon + .seconds(second), quantities: [gas: value], ownTimes: [gas: heard])
            found += recorder.add(reading, meter: "A").flatMap(\.entries)
        }
        #expect(found.map { ($0.boundary.time - noon).seconds / 60 } == [15, 30, 45, 60, 75, 90, 105, 120])
        #expect(found.first?.value == 1_066)
    }

    @Test(arguments: [(3, 29), (10, 25)])
    func `both nights of daylight saving have a quarter-hour each, from the meter's own stamps`(
        month: Int, day: Int
    ) throws {
        let midnight = try #require(UTCInstant(year: 2026, month: month, day: day)) + .hours(-2)
        var recorder = IntervalRecorder(codes: [code])
        var reader = try TelegramReader()
        var found: [IntervalEntry] = []
        for minute in 0...(6 * 60) as ClosedRange<Int64> {
            reader.append(MeterDialect.luxembourg.bytes(Sample.registers(minute * 10), at: midnight + .minutes(minute)))
            guard case .telegram(let telegram) = reader.next() else { continue }
            let reading = telegram.reading(receivedAt: UTCInstant(secondsSince1970: 0))
            found += recorder.add(reading, meter: telegram.meterIdentifier).flatMap(\.entries)
        }
        #expect(
            found.map(\.boundary) == (0...24).map { QuarterHour(number: QuarterHour(atOrBefore: midnight).number + $0) }
        )
        #expect(found.map(\.value) == (0...24).map { $0 * 150 })
        #expect(Set(found.map(\.series)) == [0])
    }

    @Test func `what is saved goes on after a power cut, to the last Wh`() throws {
        var recorder = IntervalRecorder(codes: [code])
        _ = recorder.add(reading(noon + .seconds(-60), 1_000), meter: "A")
        var restored = try JSONCopy.of(recorder)
        #expect(restored == recorder)
        let found = restored.add(reading(noon + .seconds(60), 1_100), meter: "A")
        #expect(found.flatMap(\.entries).map(\.value) == [1_050])
    }
}
