import MeterValues
import SmartMeter
import Testing

@Suite struct ReferencePowerTests {
    private func entry(_ number: Int64, _ value: Int64, series: UInt32 = 0) -> IntervalEntry {
        IntervalEntry(boundary: QuarterHour(number: number), value: value, series: series)
    }

    private func counted(_ power: ReferencePower) -> [Int64?] {
        ReferencePower.classes.map { power.quantities[OBISCode.energyAbove(kilowatts: $0)]?.coefficient }
    }

    @Test func `of each quarter-hour only what is above a quarter of an hour at the reference counts`() {
        var power = ReferencePower()
        power.add(entry(0, 10_000))
        power.add(entry(1, 10_750))  // 3 kW: at the limit of the smallest class
        #expect(counted(power) == [0, 0, 0])
        power.add(entry(2, 10_750 + 2_000))  // 8 kW
        #expect(counted(power) == [1_250, 250, 0])
        let found = power.add(entry(3, 12_750 + 4_000))  // 16 kW
        #expect(counted(power) == [1_250 + 3_250, 250 + 2_250, 1_000])
        #expect(found.map(\.code.description) == ["1-128:1.8.3", "1-128:1.8.7", "1-128:1.8.12"])
        #expect(found.map(\.entry.value) == [4_500, 2_500, 1_000])
        #expect(found.map(\.entry.boundary.number) == [3, 3, 3])
    }

    @Test func `an excess is not made up for by quarter-hours below the reference`() {
        var power = ReferencePower()
        for (number, value) in ([0, 1_750, 1_750, 3_500] as [Int64]).enumerated() {
            power.add(entry(Int64(number), value))
        }
        #expect(counted(power) == [2_000, 0, 0])
    }

    @Test func `quarter-hours that are not known are counted as such, and nothing is invented for them`() {
        var power = ReferencePower()
        power.add(entry(0, 0))
        power.add(entry(4, 100_000))
        #expect(counted(power) == [0, 0, 0])
        #expect(power.unknownQuarters == 4)
        power.add(entry(5, 5, series: 1))
        power.add(entry(5, 900_000, series: 1))
        #expect(counted(power) == [0, 0, 0])
        power.add(entry(6, 901_000, series: 1))
        #expect(counted(power) == [250, 0, 0])
    }

    @Test func `what is saved goes on, and no value overflows`() throws {
        var power = ReferencePower()
        power.add(entry(0, .min))
        power.add(entry(1, .max))
        power.add(entry(2, .min))
        power.add(entry(3, 0))
        for number in 4...20 as ClosedRange<Int64> { power.add(entry(number, number % 2 == 0 ? 0 : .max)) }
        #expect(counted(power) == [.max, .max, .max])
        #expect(try JSONCopy.of(power) == power)
    }
}
