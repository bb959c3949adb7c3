import BridgeConfiguration
import BridgePlanning
package import BridgeSimulation
package import Collector
package import CollectorStore
import HardwareSimulators
import LoadProfile
import MeterValues
package import Timekeeping
import UplinkPayload

/// What came of a house: what its meters showed, held against what the collector has.
package struct HouseResult: Sendable {
    package let house: FleetHouse
    /// Quarter-hours of all registers that were over a day before the end.
    package var quarters = 0
    /// Of those, what is in the store as it was measured.
    package var equal = 0
    /// What is in the store and was not measured so.
    package var wrong = 0
    /// The quarter-hour in which another meter came has no use.
    package var unknowable = 0
    package var uplinks = 0
    package var requests = 0
    /// Of the busiest 24 hours.
    package var downlinks = DownlinkAudit.Tally()
    package var joinAccepts = 0
    /// What the servers published, in its order.
    package var messages: [String] = []
    /// Broken promises of the bridge, and what the collector left out.
    package var complaints: [String] = []

    package var isComplete: Bool { equal + unknowable == quarters && wrong == 0 && complaints.isEmpty }
}

/// One house through days of loss, in virtual time, into a store.
package enum FleetRun {
    /// - Parameters:
    ///   - end: a midnight; the days are those before.
    ///   - loss: the part of all frames that is lost, up and down.
    package static func run(
        _ house: FleetHouse, days: Int64, until end: UTCInstant, loss: Double, seed: UInt64,
        into store: any ProfileStore,
        fleets: Fleets
    ) throws -> HouseResult {
        var plan = TrialPlan(days: days)
        plan.loss = .independent(loss)
        plan.dataRate = house.dataRate
        plan.seed = seed &+ UInt64(house.number) &* 7_919
        plan.start = end - .hours(24 * days)
        plan.telegramEvery = .minutes(5)
        if house.kind == .replaced { plan.replacesMeterAfter = .hours(24 * days / 2 + 5) }
        let server = VirtualServer(house, store: store, fleets: fleets)
        let trial = try Trial(try house.configuration(), plan: plan, collector: server)
        try trial.run()
        try server.check()
        var result = HouseResult(house: house)
        result.uplinks = server.messages.count
        result.messages = server.messages
        result.requests = server.requests
        let downlinks = DownlinkAudit(trial.network.server.downlinks)
        (result.downlinks, result.joinAccepts) = (downlinks.busiestDay, downlinks.joinAccepts)
        result.complaints = trial.violations + server.troubles
        try compare(trial, store, until: QuarterHour(atOrBefore: end - .hours(24)), &result)
        return result
    }

    /// Each quarter-hour as the meter had it, rounded down to the steps in which registers are sent.
    private static func compare(
        _ trial: Trial, _ store: any ProfileStore, until end: QuarterHour, _ result: inout HouseResult
    ) throws {
        let start = QuarterHour(atOrBefore: trial.start)
        let registers = try store.registers(of: result.house.device)
        for (meter, name) in trial.configuration.meterNames.enumerated() {
            for report in trial.configuration.reports where report.meters.contains(meter) {
                for field in report.intervals?.fields ?? [] {
                    guard let measured = trial.boundaries(of: field, meter: meter) else { continue }
                    let register = registers.first { $0.meter == name && $0.name == field.name }
                    let profile = try register.map { try store.profile(of: $0, days: start.day...end.day) }
                    count(measured, profile ?? RegisterProfile(), from: start, to: end, &result)
                }
            }
        }
    }

    private static func count(
        _ measured: [Int64], _ profile: RegisterProfile, from start: QuarterHour, to end: QuarterHour,
        _ result: inout HouseResult
    ) {
        for (index, (first, second)) in zip(measured, measured.dropFirst()).enumerated() {
            let quarter = QuarterHour(number: start.number + Int64(index))
            guard quarter < end else { break }
            result.quarters += 1
            switch profile.quarter(from: quarter) {
            case .use(second - first) where profile.register(at: quarter) == first: result.equal += 1
            case .use: result.wrong += 1
            case .newSeries where second < first: result.unknowable += 1
            case .newSeries, .unknown, .missing: break
            }
        }
    }
}
