import HardwareSimulators
import Testing
import Timekeeping
import UplinkBridge

@testable import p1lora

/// Days of a whole bridge with a module for its radio: meter, reports, air, network server and decoder.
@Suite struct ModuleSimulationTests {
    @Test(arguments: [("EU868", 1, 0), ("US915", 4, 1), ("AU915", 2, 3)] as [(String, UInt64, Int)])
    func `with a module too no limit is broken, no counter used twice, and no value differs`(
        region: String, seed: UInt64, lowest: Int
    ) throws {
        let text =
            SimulateTests.text.replacing(
                "type = \"simulated\"", with: "type = \"rn2483\"\ndevice = \"simulated module\""
            ).replacing(
                "[lorawan]", with: "[lorawan]\nregion = \"\(region)\"\nlowest_data_rate = \(lowest)")
            + "\n[[report]]\nfields = [\"1-0:1.8.0\"]"
        var plan = TrialPlan(days: 2)
        plan.telegramEvery = .minutes(5)
        plan.seed = seed
        plan.loss = .independent([0.1, 0.3, 0.5][Int(seed) % 3])
        let trial = try Trial(try BridgeConfiguration(text: text), plan: plan)
        try trial.run()
        #expect(trial.violations.isEmpty, "\(trial.violations)")
        // Frames of 11 bytes in US915 leave the newest quarter-hours of a loss to be asked for.
        let figures = TrialFigures(trial)
        #expect(figures.measured == 192 && figures.missing < 40, "\(figures.json)")
    }
}
