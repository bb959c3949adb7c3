import FoundationEssentials
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// What the bridge computes of the readings of a meter.
@Suite struct ComputedValueTests {
    /// 2026-06-15T10:00:00Z, where quarter-hours, hours and minutes begin.
    private static let start = UTCInstant(secondsSince1970: 1_781_517_600)
    private static let voltage = OBISCode(1, 0, 32, 7, 0)

    private func reading(_ seconds: Int64, _ values: [OBISCode: Quantity]) -> Reading {
        Reading(time: Self.start + .seconds(seconds), quantities: values)
    }

    private func volts(_ tenths: Int64) -> [OBISCode: Quantity] {
        [Self.voltage: Quantity(coefficient: tenths, decimals: 1, unit: .volt)]
    }

    private func statistics(_ quantities: [OBISCode: Quantity], of c: UInt8) -> [String?] {
        IntervalStatistic.allCases.map { quantities[.statistic(c, $0)]?.description }
    }

    @Test(arguments: [60, 900, 3_600] as [Int64])
    func `statistics are of the last whole interval, the extremes of its telegrams and their mean`(length: Int64) {
        var statistics = IntervalStatistics(length: .seconds(length))
        for second in stride(from: 0, to: length, by: 10) {
            // One telegram in the middle sees what tripped the inverter.
            statistics.add(reading(second, volts(second == length / 20 * 10 ? 2_571 : 2_300)))
        }
        #expect(statistics.quantities.isEmpty)
        statistics.add(reading(length, volts(2_000)))
        let count = length / 10
        let mean = Quantity(coefficient: (2_300 * count + 271 + count / 2) / count, decimals: 1, unit: .volt)
        #expect(self.statistics(statistics.quantities, of: 32) == ["230.0 V", mean.description, "257.1 V"])
        statistics.add(reading(length * 2 - 1, volts(1_000)))
        #expect(self.statistics(statistics.quantities, of: 32).last == "257.1 V")
    }

    @Test func `an interval in which nothing came has no statistics, nor have those before a clock that was set back`()
    {
        for jump in [1_800, 2_700, -900, -86_400] as [Int64] {
            var statistics = IntervalStatistics(length: .minutes(15))
            statistics.add(reading(0, volts(2_300)))
            statistics.add(reading(jump, volts(2_300)))
            #expect(statistics.quantities.isEmpty, "\(jump)")
        }
    }

    /// What is told of an interval in which the meter was not heard in these stretches.
    private func told(_ length: Int64, every period: Int64, without gaps: [ClosedRange<Int64>]) -> String? {
        var statistics = IntervalStatistics(length: .seconds(length))
        for second in stride(from: -length, through: length, by: Int(period))
        where !gaps.contains(where: { $0.contains(second) }) {
            statistics.add(reading(second, volts(second < 0 ? 1_000 : 2_300)))
        }
        return self.statistics(statistics.quantities, of: 32).last ?? nil
    }

    @Test(arguments: [60, 900, 3_600] as [Int64])
    func `an interval of which more than a tenth was not heard has no statistics, wherever the gap is`(length: Int64) {
        let (much, little) = (max(40, length / 8), length / 20)
        for begin in [0, length / 3, length - much] {
            #expect(told(length, every: 10, without: [begin...min(begin + much, length - 1)]) == nil)
            #expect(told(length, every: 10, without: [begin...begin + little]) == "230.0 V")
        }
        // What is missing before it began is the loss of the interval before.
        #expect(told(length, every: 10, without: [-length / 2...(-1)]) == "230.0 V")
        #expect(told(length, every: length / 15, without: []) == "230.0 V")
    }

    @Test func `statistics begin with the first interval that was heard from its beginning`() {
        var statistics = IntervalStatistics(length: .minutes(15))
        for second in stride(from: 300, through: 900, by: 10) { statistics.add(reading(Int64(second), volts(2_300))) }
        #expect(statistics.quantities.isEmpty)
        for second in stride(from: 910, through: 1_800, by: 10) { statistics.add(reading(Int64(second), volts(2_300))) }
        #expect(self.statistics(statistics.quantities, of: 32).last == "230.0 V")
    }

    @Test func `statistics go on where they were stored, and not with another length`() throws {
        var before = ComputedValues(statisticsOver: .minutes(15))
        for second in stride(from: 0, through: 1_200, by: 10) {
            _ = before.take(reading(Int64(second), volts(second == 1_000 ? 2_571 : 2_300)))
        }
        let stored = try JSONDecoder().decode(
            IntervalStatistics.self, from: JSONEncoder().encode(#require(before.statistics)))
        let cases: [(Int64, Int, String?)] = [(15, 60, "257.1 V"), (15, 300, nil), (10, 10, "230.0 V")]
        for (length, pause, wanted) in cases {
            var after = ComputedValues(statisticsOver: .minutes(length), resuming: stored)
            let first = after.take(reading(Int64(1_200 + pause), volts(2_300)))
            #expect(first[.statistic(32, .greatest)]?.description == (length == 15 ? "230.0 V" : nil))
            for second in stride(from: 1_210 + pause, to: 1_800, by: 10) {
                _ = after.take(reading(Int64(second), volts(2_300)))
            }
            let last = after.take(reading(1_800, volts(2_300)))
            #expect(last[.statistic(32, .greatest)]?.description == wanted)
        }
        #expect(ComputedValues(statisticsOver: nil, resuming: stored).statistics == nil)
    }

    @Test func `net power below zero has its least, mean and greatest value too`() {
        var statistics = IntervalStatistics(length: .minutes(1))
        for (second, watts) in [(0, -1_000), (20, -2_001), (40, 500)] as [(Int64, Int64)] {
            statistics.add(
                reading(second, [OBISCode(1, 0, 16, 7, 0): Quantity(coefficient: watts, decimals: 3, unit: .kilowatt)]))
        }
        statistics.add(reading(60, [:]))
        #expect(self.statistics(statistics.quantities, of: 16) == ["-2.001 kW", "-0.834 kW", "0.500 kW"])
        #expect(self.statistics(statistics.quantities, of: 32) == [nil, nil, nil])
    }

    @Test func `power of a minute is its energy, to the watt, and nothing before a minute has passed`() {
        for (every, watts) in [(1, 3_600), (5, 720), (10, 3_600), (10, 7_200), (60, 120)] as [(Int64, Int64)] {
            var power = MinutePower()
            for second in stride(from: 0, through: 600, by: Int(every)) {
                let energy = Quantity(
                    coefficient: 5_000_000 + watts * Int64(second) / 3_600, decimals: 3, unit: .kilowattHour)
                power.add(energy, at: Self.start + .seconds(Int64(second)))
                guard second >= 60 else {
                    #expect(power.power == nil)
                    continue
                }
                // A register in Wh is at most one of them behind.
                let told = power.power?.coefficient ?? .min
                #expect((watts - 60...watts + 60).contains(told), "\(every) s, \(watts) W: \(told)")
            }
        }
    }

    @Test func `a register that fell, a clock that was set back and a long silence give no power`() {
        func told(_ samples: [(Int64, Int64)]) -> Quantity? {
            var power = MinutePower()
            for (second, energy) in samples {
                power.add(
                    Quantity(coefficient: energy, decimals: 3, unit: .kilowattHour), at: Self.start + .seconds(second))
            }
            return power.power
        }
        #expect(told([(0, 100), (60, 160)])?.description == "3.600 kW")
        #expect(told([(0, 100), (60, 90)]) == nil)
        #expect(told([(0, 100), (60, 160), (-3_600, 170)]) == nil)
        #expect(told([(0, 100), (600, 160)]) == nil)
        #expect(told([(0, 100), (0, 160)]) == nil)
    }

    // MARK: the day and the month

    private func local(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, summer: Bool) throws -> UTCInstant {
        let time = try #require(UTCInstant(year: year, month: month, day: day, hour: hour))
        return time - .hours(summer ? 2 : 1)
    }

    /// Counts 1 Wh in each quarter-hour from one midnight to another, and looks then.
    private func energies(
        from first: UTCInstant, to last: UTCInstant, leavingOut gap: Range<Int64> = 0..<0, laterBy seconds: Int64 = 0
    ) -> [String?] {
        var period = PeriodEnergy()
        var boundary = QuarterHour(atOrBefore: first)
        let begin = boundary.number
        while boundary.time <= last {
            if !gap.contains(boundary.number - begin) {
                period.add(
                    IntervalEntry(boundary: boundary, value: boundary.number, series: 0), in: .centralEuropean)
            }
            boundary = boundary.next
        }
        let now = Quantity(coefficient: boundary.number - 1, decimals: 0, unit: .wattHour)
        let reading = Reading(time: last + .seconds(seconds), quantities: [OBISCode(1, 0, 1, 8, 0): now])
        let quantities = period.quantities(of: 1, in: reading, .centralEuropean)
        return EnergyPeriod.allCases.map { quantities[.energy(1, of: $0)]?.decimalString }
    }

    @Test func `days and months begin at local midnight, also where a day has 23 or 25 hours`() throws {
        let noon = try local(2026, 3, 30, 12, summer: true)
        // 29 March 2026 has 23 hours, 25 October 25.
        #expect(energies(from: try local(2026, 3, 28, summer: false), to: noon) == ["0.048", "0.092", nil, nil])
        #expect(
            energies(from: try local(2026, 10, 25, summer: true), to: try local(2026, 10, 26, 12, summer: false))
                == ["0.048", "0.100", nil, nil])
        let all = energies(from: try local(2026, 2, 1, summer: false), to: noon)
        #expect(all == ["0.048", "0.092", "\(Double((29 * 96) - 4 + 48) / 1_000)", "2.688"])
    }

    @Test func `what was before the first midnight, and a day whose beginning is unknown, is not told`() throws {
        let evening = try local(2026, 6, 15, 20, summer: true)
        #expect(energies(from: evening - .hours(8), to: evening) == [nil, nil, nil, nil])
        // The midnight between the 14th and the 15th is not known.
        #expect(
            energies(from: try local(2026, 6, 13, summer: true), to: evening, leavingOut: 190..<194)
                == [nil, nil, nil, nil])
        #expect(
            energies(from: try local(2026, 6, 15, summer: true), to: evening, laterBy: 86_400) == [nil, nil, nil, nil])
    }

    @Test func `another meter begins anew`() throws {
        var period = PeriodEnergy()
        let midnight = QuarterHour(atOrBefore: try local(2026, 6, 15, summer: true))
        period.add(IntervalEntry(boundary: midnight, value: 5_000, series: 0), in: .centralEuropean)
        period.add(IntervalEntry(boundary: midnight.next, value: 10, series: 1), in: .centralEuropean)
        let reading = Reading(
            time: midnight.next.time,
            quantities: [OBISCode(1, 0, 1, 8, 0): Quantity(coefficient: 6_000, decimals: 0, unit: .wattHour)])
        #expect(period.quantities(of: 1, in: reading, .centralEuropean).isEmpty)
    }

    // MARK: classes of reference power

    @Test func `another class counts from when it is included, and what is stored is read with it`() throws {
        var power = ReferencePower()
        func entry(_ number: Int64, _ value: Int64) -> IntervalEntry {
            IntervalEntry(boundary: QuarterHour(number: number), value: value, series: 0)
        }
        power.add(entry(1, 0))
        power.add(entry(2, 10_000))
        power.include([17, 12])
        power.add(entry(3, 20_000))
        #expect(power.quantities[.energyAbove(kilowatts: 12)]?.decimalString == "14.000")
        #expect(power.quantities[.energyAbove(kilowatts: 17)]?.decimalString == "5.750")
        #expect(power.quantities.count == 4)
    }
}
