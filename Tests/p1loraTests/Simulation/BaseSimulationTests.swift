import BridgeConfiguration
import BridgeSimulation
import LoRaWAN
import TestTags
import Testing
import Timekeeping

/// Both ends of a private network, with the code of both services.
@Suite(.tags(.campaign), .waits, .slow) struct BaseSimulationTests {
    private static let text = """
        [[meter]]
        name = "main"
        input = "simulated"
        key = "00112233445566778899AABBCCDDEEFF"
        silent_after = "15m"
        [lorawan]
        network = "private"
        join_eui = "0000000000000001"
        dev_eui = "70B3D57ED0000001"
        app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
        [radio]
        type = "sx127x"
        [[report]]
        kind = "intervals"
        every = "15m"
        fields = ["1-0:1.8.0", "1-0:2.8.0"]
        [[report]]
        kind = "readings"
        every = "5m"
        fields = ["1-0:1.7.0"]
        """

    private func run(_ change: (inout BaseTrialPlan) -> Void) throws -> (BaseTrial, BaseTrialFigures) {
        var plan = BaseTrialPlan(days: 1, bridges: 2)
        plan.loss = .independent(0.1)
        // As few as give every boundary its value.
        plan.telegramEvery = .minutes(5)
        change(&plan)
        let trial = try BaseTrial(try BridgeConfiguration(text: Self.text), plan: plan)
        try trial.run()
        return (trial, BaseTrialFigures(trial))
    }

    @Test(arguments: [5, 3] as [UInt8])
    func
        `a day behind walls and through power cuts: each quarter-hour is known, no counter comes twice, the law is kept`(
            rate: UInt8
        ) throws
    {
        let (trial, figures) = try run {
            $0.dataRate = DataRate(rate)
            $0.cuts = 30
        }
        #expect(trial.violations == [])
        #expect(figures.baseCuts == 30 || figures.baseCuts == 29)
        #expect((28...30).contains(figures.bridges.map(\.cuts).reduce(0, +)))
        for bridge in figures.bridges {
            // A board without power reads nothing at a boundary.
            #expect(bridge.read >= 75 && bridge.known == bridge.read)
            #expect(bridge.sent * 100 >= bridge.wanted * 97)
            #expect(bridge.told * 100 >= bridge.sent * 78)
            #expect(bridge.busiestHour <= .minutes(6))
        }
        #expect(figures.busiestHour <= .minutes(6))
    }

    @Test func `another board in the place of one that broke is heard once it is paired anew`() throws {
        let (trial, figures) = try run {
            $0.bridges = 1
            $0.replacesBoard = true
        }
        #expect(trial.violations == [])
        let found = try #require(figures.foundAfter)
        #expect(found <= .minutes(61))
        #expect(figures.bridges[0].known >= figures.bridges[0].read - 2, "what the first had not told is gone")
    }

    @Test func `a configuration of another network is told what --base is for`() throws {
        let configuration = try BridgeConfiguration(text: SimulateTests.text)
        let error = #expect(throws: BaseTrial.Failure.self) {
            try BaseTrial(configuration, plan: BaseTrialPlan(days: 1, bridges: 1))
        }
        #expect(error?.description.contains("private") == true)
    }
}
