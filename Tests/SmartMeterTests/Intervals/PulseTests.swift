import MeterValues
import SmartMeter
import Testing
import Timekeeping

@Suite struct PulseTests {
    let noon = UTCInstant(secondsSince1970: 1_790_078_400)
    let power = OBISCode(1, 0, 1, 7, 0)

    private func counter(
        _ perUnit: Int64 = 1_000, unit: MeterUnit = .kilowattHour, start: Quantity? = nil,
        saved: PulseCounter.State? = nil
    ) throws -> PulseCounter {
        PulseCounter(try #require(PulseInput(pulsesPerUnit: perUnit, unit: unit, start: start)), saved: saved)
    }

    private func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    private func watts(_ counter: inout PulseCounter, _ time: Int64) -> Int64? {
        counter.reading(at: noon, now: at(time)).quantities[power]?.coefficient
    }

    /// Pulses of 90 ms.
    private func pulses(_ counter: inout PulseCounter, from start: Int64 = 0, every milliseconds: Int64, count: Int64) {
        for number in 0..<count {
            counter.edge(active: true, at: at(start + number * milliseconds))
            counter.edge(active: false, at: at(start + number * milliseconds + 90))
        }
    }

    @Test func `each pulse counts once, and the register is start value and pulses`() throws {
        let start = Quantity(coefficient: 12_345_6, decimals: 1, unit: .kilowattHour)
        var counter = try counter(800, start: start)
        pulses(&counter, every: 3_600, count: 801)
        let reading = counter.reading(at: noon, now: at(4_000_000))
        #expect(counter.state.pulses == 801)
        #expect(reading.time == noon)
        #expect(reading.quantities[OBISCode(1, 0, 1, 8, 0)]?.description == "12346.601 kWh")
    }

    @Test func `bounces at both edges of a pulse count nothing`() throws {
        var counter = try counter()
        for (time, active) in [
            (0, true), (1, false), (2, true), (3, false), (4, true), (90, false), (91, true), (93, false), (95, true),
            (96, false), (1_000, true), (1_090, false),
        ] as [(Int64, Bool)] {
            counter.edge(active: active, at: at(time))
        }
        #expect(counter.state.pulses == 2)
    }

    @Test func `a level shorter than the debounce time is none, of either kind`() throws {
        var counter = try counter()
        counter.edge(active: true, at: at(0))
        let counted = counter.edge(active: false, at: at(19))
        #expect(!counted)
        counter.edge(active: true, at: at(500))
        counter.edge(active: false, at: at(540))
        counter.edge(active: true, at: at(550))
        counter.edge(active: false, at: at(600))
        #expect(counter.state.pulses == 1)
    }

    @Test func `a pulse shows when it has lasted, without waiting for its end`() throws {
        var counter = try counter()
        counter.edge(active: true, at: at(0))
        let shown = [counter.settle(at: at(19)), counter.settle(at: at(20)), counter.settle(at: at(5_000))]
        #expect(shown == [false, true, false])
        let again = counter.edge(active: false, at: at(6_000))
        #expect(!again)
        #expect(counter.state.pulses == 1)
    }

    @Test func `a lost edge costs no other pulse`() throws {
        var counter = try counter()
        counter.edge(active: true, at: at(0))
        counter.edge(active: true, at: at(1_000))
        counter.edge(active: false, at: at(1_090))
        counter.edge(active: true, at: at(2_000))
        counter.edge(active: false, at: at(2_090))
        #expect(counter.state.pulses == 2)
    }

    @Test func `power is that of the distance of pulses, and falls while the next one is late`() throws {
        var counter = try counter()
        #expect(watts(&counter, 0) == nil)
        pulses(&counter, every: 3_600, count: 1)
        #expect(watts(&counter, 500) == nil)
        pulses(&counter, from: 3_600, every: 3_600, count: 1)
        #expect(watts(&counter, 3_700) == 1_000)
        #expect(watts(&counter, 7_200) == 1_000)
        #expect(watts(&counter, 10_800) == 500)
        #expect(watts(&counter, 3_600 + 3_600_000) == 1)
        #expect(watts(&counter, 8_000_000) == 0)
    }

    @Test func `water and gas have volume and no power`() throws {
        var counter = try counter(100, unit: .cubicMetre)
        pulses(&counter, every: 1_000, count: 3)
        let quantities = counter.reading(at: noon, now: at(4_000)).quantities
        #expect(quantities.count == 1 && quantities.values.first?.description == "0.030 m3")
    }

    @Test func `the count goes on after a power cut, and begins anew with another start value`() throws {
        let start = Quantity(coefficient: 500, decimals: 0, unit: .kilowattHour)
        var before = try counter(start: start)
        pulses(&before, every: 1_000, count: 7)
        let saved = try JSONCopy.of(before.state)
        #expect(saved == before.state)
        var after = try counter(start: start, saved: saved)
        // The monotonic clock has begun anew too.
        pulses(&after, every: 1_000, count: 1)
        let shown = after.reading(at: noon, now: at(2_000)).quantities.values.map(\.description)
        #expect(shown.contains("500.008 kWh"))
        let corrected = try counter(start: Quantity(coefficient: 501, decimals: 0, unit: .kilowattHour), saved: saved)
        #expect(corrected.state.pulses == 0)
    }

    @Test func `an input that makes no sense is refused`() {
        #expect(PulseInput(pulsesPerUnit: 0) == nil)
        #expect(PulseInput(pulsesPerUnit: 1_000_001) == nil)
        #expect(PulseInput(pulsesPerUnit: 1, unit: .volt) == nil)
        #expect(PulseInput(pulsesPerUnit: 1, start: Quantity(coefficient: 1, decimals: 0, unit: .cubicMetre)) == nil)
        #expect(PulseInput(pulsesPerUnit: 1, start: Quantity(coefficient: -1, decimals: 0, unit: .kilowattHour)) == nil)
        #expect(
            PulseInput(pulsesPerUnit: 1, start: Quantity(coefficient: .max, decimals: 0, unit: .megawattHour)) == nil)
    }

    @Test func `time stamps that make no sense cost nothing but pulses`() throws {
        var counter = try counter(1)
        for time in [Int64.max, .min, 0, -1, .max, .min] {
            counter.edge(active: true, at: MonotonicInstant(nanoseconds: time))
            counter.edge(active: false, at: MonotonicInstant(nanoseconds: time))
            _ = counter.reading(at: noon, now: MonotonicInstant(nanoseconds: 0 &- time))
        }
    }
}
