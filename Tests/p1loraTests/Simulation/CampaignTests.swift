import BridgeSimulation
import Foundation
import HardwareSimulators
import TestTags
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import p1lora

/// The bridge through whatever may befall it, drawn from seeds: power cuts, wrong dates, silent and replaced meters, a radio
/// that fails, a silent server, false answers, changed settings, and lost frames all the time.
///
/// P1LORA_SEEDS and P1LORA_DAYS make more of it; P1LORA_SEED runs one seed, which fails or passes as it did before.
@Suite(.tags(.campaign), .slow) struct CampaignTests {
    static let environment = ProcessInfo.processInfo.environment
    static let days = environment["P1LORA_DAYS"].flatMap { Int64($0) } ?? (environment["P1LORA_SEEDS"] == nil ? 5 : 60)
    static let seeds: [UInt64] =
        environment["P1LORA_SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? Array(1...(environment["P1LORA_SEEDS"].flatMap { UInt64($0) } ?? 6))

    static func text(_ seed: UInt64) -> String {
        let profile = ["quarter-hours", "live", "frugal"][Int(seed % 3)]
        let network = ["ttn", "chirpstack", "helium", "custom"][Int(seed / 3 % 4)]
        let more = seed % 5 == 0 ? "[[meter]]\nname = \"second\"\ninput = \"simulated\"\nsilent_after = \"15m\"\n" : ""
        let readings = seed % 2 == 0 ? "[[report]]\nfields = [\"1-0:1.7.0\", \"1-0:2.7.0\"]\n" : ""
        return SimulateTests.text
            .replacing(
                "[lorawan]", with: more + "[planner]\nprofile = \"\(profile)\"\n[lorawan]\nnetwork = \"\(network)\""
            )
            .replacing("every = \"1h\"\n", with: "") + "\n" + readings
    }

    static func trial(seed: UInt64, days: Int64) throws -> Trial {
        var plan = TrialPlan(days: days)
        plan.telegramEvery = .minutes(5)
        plan.seed = seed
        plan.hasTroubles = true
        plan.loss = [.independent(0.1), .independent(0.3), .bursts, .independent(0.5)][Int(seed % 4)]
        plan.dataRate = [nil, 5, 4, 3, 2, 1, 0][Int(seed % 7)]
        return try Trial(try BridgeConfiguration(text: text(seed)), plan: plan)
    }

    @Test(arguments: seeds)
    func `whatever befalls the bridge, no promise is broken`(seed: UInt64) throws {
        let trial = try Self.trial(seed: seed, days: Self.days)
        try trial.run()
        #expect(
            trial.violations.isEmpty, "P1LORA_SEED=\(seed) P1LORA_DAYS=\(Self.days) shows it again: \(trial.violations)"
        )
        // A promise is easy to keep for who does nothing.
        #expect(TrialFigures(trial).measured - TrialFigures(trial).missing > 0)
    }

    @Test func `a seed gives the same run again, troubles and all`() throws {
        let frames = try (0..<2).map { _ in
            let trial = try Self.trial(seed: 8, days: 4)
            try trial.run()
            return trial.network.air.uplinks
        }
        #expect(frames[0] == frames[1] && frames[0].count > 10)
    }
}
