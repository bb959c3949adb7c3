import Foundation
import SmartMeter
import Testing
import Timekeeping

/// A value as it comes back from the store.
enum JSONCopy {
    static func of<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }
}

@Suite struct MeterClockTests {
    let noon = UTCInstant(secondsSince1970: 1_790_078_400)

    /// One telegram each ten seconds; the meter's clock is given by the second.
    private func faults(
        _ seconds: Int64, systemIsSet: Bool = true, system: Int64 = 0, _ meter: (Int64) -> Int64?
    ) -> [MeterClock.Fault?] {
        var clock = MeterClock()
        return stride(from: 0, to: seconds, by: 10).map { second in
            clock.judge(
                meter(second).map { noon + .seconds($0) },
                arrival: MonotonicInstant(nanoseconds: second * 1_000_000_000),
                system: noon + .seconds(second + system), systemIsSet: systemIsSet
            ).fault
        }
    }

    @Test func `a clock that is right, or minutes off, is the one to go by`() {
        #expect(faults(3_600) { $0 }.allSatisfy { $0 == nil })
        #expect(faults(3_600) { $0 + 590 }.allSatisfy { $0 == nil })
        #expect(faults(86_400) { $0 + $0 / 1_000 }.allSatisfy { $0 == nil })
    }

    @Test func `a clock far from a system clock that is set is wrong, and from one that is not it is believed`() {
        #expect(faults(600) { $0 + 3_600 }.allSatisfy { $0 == .wrong })
        #expect(faults(600) { $0 - 86_400 }.allSatisfy { $0 == .wrong })
        #expect(faults(600, systemIsSet: false, system: -1_000_000_000) { $0 }.allSatisfy { $0 == nil })
    }

    @Test func `a clock that stands still is stuck`() {
        let found = faults(600) { _ in 0 }
        #expect(found.prefix(3).allSatisfy { $0 == nil })
        #expect(found.suffix(50).allSatisfy { $0 == .stuck })
    }

    @Test func `a clock that is missing is absent`() {
        #expect(faults(60) { _ in nil }.allSatisfy { $0 == .absent })
    }

    @Test func `a clock that was set is unsteady, and two minutes later it is not`() {
        let found = faults(600) { $0 < 200 ? $0 : $0 + 60 }
        #expect(found[..<20].allSatisfy { $0 == nil })
        #expect(found[20..<32].allSatisfy { $0 == .unsteady })
        #expect(found[34...].allSatisfy { $0 == nil })
    }

    @Test func `the system's time stands in for a faulty clock`() {
        var clock = MeterClock()
        let arrival = MonotonicInstant(nanoseconds: 0)
        let wrong = clock.judge(noon + .hours(2), arrival: arrival, system: noon, systemIsSet: true)
        #expect(wrong.time == noon && wrong.fault == .wrong)
        let right = clock.judge(noon + .seconds(3), arrival: arrival, system: noon, systemIsSet: false)
        #expect(right.fault == .unsteady)
        for extreme in [Int64.min, .max] {
            _ = clock.judge(UTCInstant(nanoseconds: extreme), arrival: arrival, system: noon, systemIsSet: true)
        }
    }
}
