import BridgeSimulation
import HardwareSimulators
import TestTags
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import p1lora

/// Days of a whole bridge with a module for its radio: meter, reports, air, network server and decoder.
@Suite(.tags(.campaign), .slow) struct ModuleSimulationTests {
    @Test(
        arguments: [
            ("rn2483", "EU868", 0, 1), ("rn2483", "US915", 1, 4), ("rn2483", "AU915", 3, 2), ("lora-e5", "EU868", 0, 1),
            ("lora-e5", "US915", 1, 3), ("rak3172", "EU868", 0, 2), ("rak3172", "AU915", 3, 1),
        ] as [(String, String, Int, UInt64)])
    func `with a module too no limit is broken, no counter used twice, and no value differs`(
        type: String, region: String, lowestDataRate: Int, seed: UInt64
    ) throws {
        let text =
            SimulateTests.text.replacing(
                "type = \"simulated\"", with: "type = \"\(type)\"\ndevice = \"simulated module\""
            ).replacing(
                "[lorawan]", with: "[lorawan]\nregion = \"\(region)\"\nlowest_data_rate = \(lowestDataRate)")
            + "\n[[report]]\nfields = [\"1-0:1.8.0\"]"
        var plan = TrialPlan(days: 2)
        plan.telegramEvery = .minutes(5)
        plan.seed = seed
        plan.loss = .independent([0.1, 0.3, 0.5][Int(seed) % 3])
        let trial = try Trial(try BridgeConfiguration(text: text), plan: plan)
        try trial.run()
        #expect(trial.violations.isEmpty, "\(trial.violations)")
        let figures = TrialFigures(trial)
        #expect(figures.measured == 192 && figures.missing < 40, "\(figures.json)")
    }
}
