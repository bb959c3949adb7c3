import MeterValues
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgePlanning

/// When sums of reports go out in place of repetitions.
@Suite struct ParityPlanTests {
    private static let now = MonotonicInstant(nanoseconds: 0)

    private static func report(_ counter: UInt32) -> ParitySource {
        ParitySource(counter: counter, payload: [UInt8](repeating: UInt8(counter & 255), count: 44))
    }

    private func started() -> ParityPlan {
        var plan = ParityPlan()
        plan.noteShort(largestPayload: 51, at: Self.now)
        return plan
    }

    @Test func `no sum goes out before a report was too short for what the server may lack`() {
        var plan = ParityPlan()
        plan.note(Self.report(1))
        #expect(!plan.isOn && plan.sum(counter: 2, loss: 0.3, isFull: false) == nil && plan.largest(of: 51) == 51)
        plan.noteShort(largestPayload: 51, at: Self.now)
        #expect(plan.isOn && plan.sum(counter: 2, loss: 0.3, isFull: false) != nil)
        // Reports leave room for what a sum has more.
        #expect(plan.largest(of: 51) == 49)
    }

    @Test func `a report that is full goes before any sum, and one that is not after two or four`() {
        for (loss, most) in [(0.3, 2), (0.6, 4)] {
            var plan = started()
            #expect(plan.sum(counter: 1, loss: loss, isFull: false) == nil, "there is nothing to be added up")
            plan.note(Self.report(1))
            var counter: UInt32 = 1
            while plan.sum(counter: counter + 1, loss: loss, isFull: false) != nil {
                counter += 1
                #expect(plan.sum(counter: counter, loss: loss, isFull: true) == nil)
                plan.noteSum()
            }
            #expect(counter == 1 + UInt32(most))
        }
    }

    @Test func `a sum is of all reports that it can name, and of none of another session`() throws {
        var plan = started()
        for counter in stride(from: UInt32(10), through: 40, by: 3) { plan.note(Self.report(counter)) }
        func named(_ counter: UInt32) throws -> [UInt32] {
            try ParityFrame(try #require(plan.sum(counter: counter, loss: 0.3, isFull: false)), counter: counter)
                .counters
        }
        #expect(try named(41) == [22, 25, 28, 31, 34, 37, 40])
        plan.note(Self.report(2))
        #expect(try named(3) == [2])
    }

    @Test func `at a faster data rate reports repeat again, at a slower one sums go on`() {
        var plan = started()
        plan.adopt(largestPayload: 51, at: Self.now)
        #expect(plan.isOn)
        plan.adopt(largestPayload: 115, at: Self.now)
        #expect(!plan.isOn)
        // Too short for a sum that is worth it.
        plan.noteShort(largestPayload: 11, at: Self.now)
        #expect(!plan.isOn)
    }

    @Test func `without a sign of the collector for three days reports repeat again, until one comes`() {
        var plan = started()
        plan.adopt(largestPayload: 51, at: Self.now + .hours(72))
        #expect(plan.isOn)
        plan.adopt(largestPayload: 51, at: Self.now + .hours(73))
        #expect(!plan.isOn && plan.largest(of: 51) == 51)
        plan.noteShort(largestPayload: 51, at: Self.now + .hours(74))
        plan.adopt(largestPayload: 51, at: Self.now + .hours(75))
        #expect(!plan.isOn, "it is short, but nobody computes")
        plan.noteCollector(at: Self.now + .hours(80))
        #expect(plan.isOn)
        plan.adopt(largestPayload: 51, at: Self.now + .hours(152))
        #expect(plan.isOn)
    }

    @Test func `what went out before sums began is told once, for it is in none`() {
        var plan = started()
        let (first, second) = (plan.takeBeginning(), plan.takeBeginning())
        #expect(first && !second)
    }
}
