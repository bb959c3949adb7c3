import BridgeSimulation
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration

/// The table of `simulate --table`.
@Suite(.tags(.process, .campaign), .waits, .slow) struct TrialTableTests {
    private func row(seed: UInt64, seeds: UInt64) throws -> TrialTable.Row {
        var plan = TrialPlan(days: 3)
        plan.telegramEvery = .minutes(15)
        (plan.seed, plan.dataRate, plan.loss) = (seed, 0, .independent(0.5))
        return try TrialTable.row(
            try BridgeConfiguration(text: SimulateTests.text), plan: plan, network: .theThingsNetwork, loss: 0.5,
            seeds: seeds)
    }

    @Test func `a row of several seeds is their mean, and tells the worst`() throws {
        let single = try [4, 5].map { try row(seed: $0, seeds: 1) }
        let both = try row(seed: 4, seeds: 2)
        for count in [\TrialTable.Known.inAnHour, \.inADay, \.atTheEnd] {
            let shares = single.map { $0.alone.mean(count) }
            #expect(shares[0] != shares[1], "the seeds differ, or this says nothing")
            #expect(abs(both.alone.mean(count) - (shares[0] + shares[1]) / 2) < 1e-9)
            #expect(both.alone.worst(count) == shares.min())
            #expect(both.asked.worst(count) == single.map { $0.asked.mean(count) }.min())
        }
        #expect(both.violations.isEmpty, "\(both.violations)")
    }
}
