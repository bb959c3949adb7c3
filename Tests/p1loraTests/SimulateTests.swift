import Foundation
import HardwareSimulators
import Testing
import Timekeeping
import UplinkBridge

@testable import p1lora

/// The bridge through days of loss.
@Suite struct SimulateTests {
    static let text = """
        [[meter]]
        name = "main"
        input = "simulated"
        key = "00112233445566778899AABBCCDDEEFF"
        [lorawan]
        join_eui = "0000000000000001"
        dev_eui = "70B3D57ED0000001"
        app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
        [radio]
        type = "simulated"
        [[report]]
        kind = "intervals"
        every = "1h"
        fields = ["1-0:1.8.0", "1-0:2.8.0"]
        """

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows as a grid operator's portal gives them, of a day like no other.
    func rows(days: Int, seed: UInt64) -> String {
        var random = SeededRandom(seed: seed)
        let start = UTCInstant(secondsSince1970: 1_781_827_200)
        let rows = (0..<days * 96).map { index in
            let uses = (0..<2).map { _ in Int.random(in: 0...900, using: &random) }
            let time = start + .minutes(15) * Int64(index)
            return "\(time)," + uses.map { "0." + String("00\($0)".suffix(3)) }.joined(separator: ",")
        }
        return (["time,import_kwh,export_kwh"] + rows).joined(separator: "\n")
    }

    func trial(_ change: (inout TrialPlan) -> Void) throws -> Trial {
        var plan = TrialPlan(days: 3)
        // Boundaries are all that the bridge keeps, and a telegram every five minutes is the least that it takes as such.
        plan.telegramEvery = .minutes(5)
        change(&plan)
        plan.houses = [try HouseFile(text: rows(days: 3, seed: plan.seed))]
        let trial = try Trial(try BridgeConfiguration(text: Self.text), plan: plan)
        try trial.run()
        return trial
    }

    @Test(arguments: 1...20)
    func `through loss no limit is broken, no counter used twice, and no value differs`(seed: UInt64) throws {
        let losses = [LossPattern.independent(0.1), .independent(0.3), .independent(0.5), .bursts]
        let rates: [UInt8?] = [nil, 5, 3, 2, 0]
        let trial = try trial { plan in
            plan.seed = seed
            plan.loss = losses[Int(seed) % losses.count]
            plan.dataRate = rates[Int(seed) % rates.count]
        }
        #expect(trial.violations.isEmpty, "\(trial.violations)")
        let figures = TrialFigures(trial)
        #expect(figures.measured == 288)
        #expect(figures.delivered > 0 && figures.recoveredByOverlap > 0)
        #expect(figures.missing >= 0 && figures.missing < 288)
    }

    @Test func `without loss each quarter-hour arrives with the first report after its end`() throws {
        let figures = TrialFigures(try trial { $0.dataRate = 5 })
        #expect(figures.recoveredByOverlap == 0 && figures.recoveredByBackfill == 0)
        #expect(figures.missing <= 5 && figures.missing == figures.missingOfLastDay)
    }

    @Test func `what overlap can't bring back is asked for, and comes`() throws {
        func figures(asking: Bool) throws -> TrialFigures {
            TrialFigures(
                try trial {
                    ($0.loss, $0.dataRate, $0.asksForGaps) = (.independent(0.85), 5, asking)
                })
        }
        let (without, with) = (try figures(asking: false), try figures(asking: true))
        #expect(without.recoveredByBackfill == 0)
        #expect(without.missing > without.missingOfLastDay, "nothing was lost for good: \(without.json)")
        #expect(with.recoveredByBackfill > 0 && with.missing < without.missing, "\(with.json)")
    }

    @Test func `a value that is not the measured one is found`() throws {
        var ledger = try ledger()
        let time = UTCInstant(secondsSince1970: 1_781_827_200)
        var registers = MeterRegisters()
        ledger.measure(registers, meter: 0, at: time)
        registers.energyImport = 7
        ledger.measure(registers, meter: 0, at: time + .minutes(15))
        #expect(ledger.count(meter: 0) == 1 && ledger.violations.isEmpty)
        ledger.hear([1, 2, 3], port: 2, at: time)
        #expect(ledger.violations.count == 1)
    }

    func ledger() throws -> DeliveryLedger {
        let configuration = try BridgeConfiguration(text: Self.text)
        return DeliveryLedger(schema: configuration.schema, reports: configuration.reports)
    }
}
