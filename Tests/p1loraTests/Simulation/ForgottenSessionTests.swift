import BridgeSimulation
import Foundation
import HardwareSimulators
import LoRaWAN
import TestTags
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import p1lora

/// Servers that forget the device, and servers that never answer, in virtual time.
///
/// P1LORA_CAMPAIGN=full runs all seeds and sixty days; else there is a sample of them.
@Suite(.tags(.campaign), .slow) struct ForgottenSessionTests {
    static let isFull = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] == "full"
    static let seeds = Array(1...(isFull ? 20 : 2)) as [UInt64]
    static let days: Int64 = isFull ? 60 : 10

    static func trial(
        dataRate: UInt8, seed: UInt64, days: Int64, watches: Bool = true, loss: Double = 0.1, adr: Bool = false
    ) throws -> Trial {
        var plan = TrialPlan(days: days)
        plan.telegramEvery = .minutes(5)
        plan.seed = seed
        plan.loss = .independent(loss)
        plan.dataRate = adr ? nil : dataRate
        plan.asksForGaps = false
        plan.watchesContact = watches
        return try Trial(
            try BridgeConfiguration(text: SimulateTests.text.replacing("every = \"1h\"\n", with: "")), plan: plan)
    }

    @Test(arguments: seeds, [UInt8(5), 0])
    func
        `a device that the server has forgotten joins again within two days, and the gap is filled within two hours, at SF12 within two days`(
            seed: UInt64, dataRate: UInt8
        ) throws
    {
        let trial = try Self.trial(dataRate: dataRate, seed: seed, days: 8)
        let (world, server, lorawan) = (trial.network.world, trial.network.server, trial.configuration.lorawan)
        let begin = world.now
        let forgotten = begin + .hours(50) + .minutes(Int64(seed * 37 % 1_440))
        guard case .overTheAir(let joinEUI, let appKey) = lorawan.activation else { return }
        world.schedule(after: forgotten - begin) {
            try? server.register(devEUI: lorawan.devEUI.rawValue, joinEUI: joinEUI.rawValue, appKey: appKey)
        }
        try trial.run()
        let again = try #require(server.joins.first { $0.at > forgotten }?.at)
        #expect(again - forgotten < .hours(48), "after \(again - forgotten)")
        let broken = trial.violations.filter { !$0.hasPrefix("the network server refused a frame: ") }
        #expect(broken.isEmpty, "\(broken)")
        var (filled, missing, wanted) = (forgotten, 0, 0)
        for quarter in 0..<trial.ledger.count(meter: 0) {
            let end = begin + .minutes(15) * Int64(quarter + 1)
            guard end > forgotten - .hours(6), end < again else { continue }
            wanted += 1
            guard let arrival = trial.ledger.arrival(meter: 0, quarter: quarter) else {
                missing += 1
                continue
            }
            filled = max(filled, begin + .nanoseconds(arrival.at.nanoseconds - trial.start.nanoseconds))
        }
        #expect(missing == 0, "\(missing) of \(wanted)")
        #expect(filled - again < .hours(dataRate == 0 ? 48 : 2), "after \(filled - again)")
        print(
            "SF\(12 - dataRate) seed \(seed): joined after \(again - forgotten), filled after \(filled - again) more, \(missing) of \(wanted) missing"
        )
    }

    @Test(arguments: [UInt8(5), 0], [false, true])
    func
        `behind a server that never sends a downlink nine in ten of the quarter-hours arrive that did without the rule`(
            dataRate: UInt8, answersJoins: Bool
        ) throws
    {
        let arrived = try [false, true].map { watches in
            let trial = try Self.trial(dataRate: dataRate, seed: 3, days: Self.days, watches: watches)
            let server = trial.network.server
            // Its first join must be answered, or there is nothing to hear.
            server.answers = { $0 == .join && (answersJoins || server.joins.count <= 1) }
            try trial.run()
            let figures = TrialFigures(trial)
            let joins = trial.network.air.uplinks.filter { $0.payload.count == 23 && $0.payload[0] == 0 }
            print(
                "SF\(12 - dataRate), \(answersJoins ? "joins answered" : "nothing answered"), \(watches ? "with" : "without"): "
                    + "\(figures.measured - figures.missing) of \(figures.measured), \(joins.count) join-requests of "
                    + "\(joins.reduce(TimeSpan.zero) { $0 + $1.airTime })")
            return figures.measured - figures.missing
        }
        #expect(arrived[0] > 0 && Double(arrived[1]) >= 0.9 * Double(arrived[0]), "\(arrived)")
    }
}
