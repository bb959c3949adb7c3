import BaseService
package import BridgeConfiguration
import HardwareSimulators
import LoRaWAN
import PrivateLink
import Timekeeping

/// A base and its bridges on one channel through days of loss, collisions and power cuts, in virtual time: the code of both
/// services, with meters, chips and air simulated.
package final class BaseTrial {
    package struct Failure: Error, CustomStringConvertible { package let description: String }

    let plan: BaseTrialPlan
    let network: PrivateNetwork
    let regionName: String
    let air: Air
    let bridges: [BaseTrialBridge]
    private(set) var station: BaseTrialStation
    /// From another board in the place of the first bridge to its first told uplink; nil where none was heard.
    private(set) var foundAfter: TimeSpan?
    private var replacedAt: MonotonicInstant?
    /// Of uplinks that were told, so that none is told twice.
    private var told: Set<String> = []
    package private(set) var violations: [String] = []
    private let world: SimulatedWorld
    let start: UTCInstant = midsummer
    private var random: SeededRandom
    private var errors: [any Error] = []

    /// Long days, much sun.
    private static let midsummer = UTCInstant(secondsSince1970: 1_781_827_200)

    /// - Parameters:
    ///   - configuration: of each bridge, with `network = "private"`.
    ///   - plan: what is asked for.
    package init(_ configuration: BridgeConfiguration, plan: BaseTrialPlan) throws {
        guard var network = configuration.lorawan.privateNetwork else {
            throw Failure(description: "--base is for [lorawan] network = \"private\", the configuration has another")
        }
        guard configuration.pulses.isEmpty else {
            throw Failure(description: "--base is for meters with a P1 port: leave [[pulse]] out of the configuration")
        }
        let region = configuration.lorawan.region
        guard !AirTimeLaw.bands(ofRegion: region.name).isEmpty else {
            throw Failure(description: "no air is simulated in \(region.name)")
        }
        var configuration = configuration
        if let rate = plan.dataRate {
            network = PrivateNetwork(
                frequency: network.frequency, dataRate: rate, pairingDataRate: network.pairingDataRate)
            configuration.lorawan.privateNetwork = network
            configuration.lorawan.dataRate = rate
        }
        (self.plan, self.network, regionName) = (plan, network, region.name)
        world = SimulatedWorld(startingAt: Self.midsummer)
        random = SeededRandom(seed: plan.seed)
        let air = Air(world: world, seed: plan.seed)
        air.hasCollisions = true
        self.air = air
        let bridges = try (0..<plan.bridges).map {
            try BaseTrialBridge(configuration, number: $0, plan: plan, air: air)
        }
        self.bridges = bridges
        var base = BaseConfiguration(
            region: region, frequency: network.frequency, dataRate: network.dataRate,
            pairingDataRate: network.pairingDataRate, devices: bridges.map(\.registration), randomSeed: plan.seed)
        base.movesDataRate = plan.dataRate == nil
        var deliver: (BaseUplink) -> Void = { _ in }
        station = try BaseTrialStation(base, air: air) { deliver($0) }
        deliver = { [unowned self] in hear($0) }
    }

    /// Runs to the end, and holds what was on the air against the law and the counters.
    package func run() throws {
        let end = world.now + .hours(24 * plan.days)
        plan.loss.begin(in: air, seed: plan.seed)
        for bridge in bridges { bridge.startMeters() }
        try station.boot()
        for bridge in bridges { try bridge.boot() }
        scheduleCuts(until: end - .hours(3))
        if plan.replacesBoard {
            world.schedule(after: .hours(12 * plan.days)) { [unowned self] in attempt { try replaceBoard() } }
        }
        while world.now < end {
            for bridge in bridges {
                bridge.poll()
                if bridge.isCut { cut(bridge) }
            }
            station.poll()
            if station.isCut { cutStation() }
            if let error = errors.first { throw error }
            let deadlines = bridges.map(\.nextDeadline) + [station.nextDeadline, end]
            world.wait(for: [], until: deadlines.compactMap { $0 }.min())
        }
        audit()
        for bridge in bridges {
            bridge.end()
            violations += bridge.violations
        }
        station.end()
        violations += station.violations
    }

    private func hear(_ uplink: BaseUplink) {
        if !told.insert("\(uplink.devAddr) \(uplink.counter)").inserted {
            violations.append("uplink \(uplink.counter) of \(uplink.devAddr) was told twice")
        }
        guard let bridge = bridges.first(where: { $0.registration.devEUI == uplink.devEUI }) else { return }
        if let replacedAt, foundAfter == nil, bridge === bridges.first { foundAfter = world.now - replacedAt }
        guard let port = uplink.port, port > 0 else { return }
        bridge.hear(uplink.payload, port: port)
    }

    // MARK: Power cuts

    private func scheduleCuts(until end: MonotonicInstant) {
        let span = max(0, (end - world.now).nanoseconds)
        for cut in 0..<plan.cuts {
            for isBase in [true, false] {
                let at = world.now + TimeSpan(nanoseconds: Int64.random(in: 0...span, using: &random))
                let index = Int.random(in: 0..<bridges.count, using: &random)
                world.schedule(at: at) { [unowned self] in
                    // Every second one where it hurts: with a frame that is stored and on its way.
                    switch (isBase, cut % 2 == 0) {
                    case (true, true): station.cutsBeforeAnswer = true
                    case (true, false): if !station.isOff { cutStation() }
                    case (false, true): bridges[index].cutsWithFrame = true
                    case (false, false): if !bridges[index].isOff { self.cut(bridges[index]) }
                    }
                }
            }
        }
    }

    private func cut(_ bridge: BaseTrialBridge) {
        bridge.cut()
        afterPause { try bridge.boot() }
    }

    private func cutStation() {
        station.cut()
        afterPause { [unowned self] in try station.boot() }
    }

    private func afterPause(_ boot: @escaping () throws -> Void) {
        world.schedule(after: .milliseconds(Int64.random(in: 100...60_000, using: &random))) { [unowned self] in
            attempt(boot)
        }
    }

    private func replaceBoard() throws {
        guard let bridge = bridges.first else { return }
        try bridge.replace()
        replacedAt = world.now
        // Both ends get the lines of "p1lora base pair", and start anew.
        station.configuration.devices = bridges.map(\.registration)
        cutStation()
        afterPause { try bridge.boot() }
    }

    private func attempt(_ step: () throws -> Void) {
        do { try step() } catch { errors.append(error) }
    }

    // MARK: The promises

    /// Frames of each end, told apart by what is in them.
    func frames(of device: DevEUI) -> [AirTransmission] {
        air.transmissions.filter { !$0.invertedIQ && sender(of: $0.payload) == device }
    }

    private func sender(of frame: [UInt8]) -> DevEUI? {
        func number(_ range: Range<Int>) -> UInt64 { frame[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        guard let header = frame.first, frame.count >= 12 else { return nil }
        if header >> 5 == 0 { return frame.count >= 17 ? DevEUI(rawValue: number(9..<17)) : nil }
        return station.addresses[UInt32(truncatingIfNeeded: number(1..<5))]
    }

    private func audit() {
        for (index, bridge) in bridges.enumerated() {
            let frames = frames(of: bridge.registration.devEUI)
            violations += FrameAudit(frames).violations.map { "bridge \(index + 1): \($0)" }
            violations += AirTimeAudit(frames, region: regionName).violations.map { "bridge \(index + 1): \($0)" }
        }
        let answers = air.transmissions.filter(\.invertedIQ)
        violations += AirTimeAudit(answers, region: regionName).violations.map { "base: \($0)" }
        var seen: Set<[UInt8]> = []
        for answer in answers where answer.payload.count >= 12 {
            // Of join-accepts all that is encrypted, else DevAddr and FCntDown.
            let bytes = answer.payload
            let key = bytes[0] >> 5 == 1 ? bytes : Array(bytes[1..<5] + bytes[6..<8])
            if !seen.insert(key).inserted { violations.append("base: a frame counter was used twice (TS001 4.3.1.5)") }
        }
    }
}
