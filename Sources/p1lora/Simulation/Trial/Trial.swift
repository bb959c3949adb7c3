import Foundation
import HardwareSimulators
import LoRaWAN
import SmartMeter
import Timekeeping
import UplinkBridge
import UplinkPayload

/// A bridge through days of loss, in virtual time: the code of the service, with the meters, the radio's chip, the air and the
/// network server simulated, and what the decoder says of what came.
final class Trial {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let configuration: BridgeConfiguration
    let plan: TrialPlan
    let network: SimulatedNetwork
    private(set) var ledger: DeliveryLedger
    private(set) var requests: GapRequests
    /// Uplinks that the network server took.
    /// Uplinks that were decoded by the JavaScript codec too; nil where no engine is installed.
    private(set) var checkedInJavaScript: Int?
    private(set) var heard = 0
    /// Broken promises. None is what a simulation is run for.
    private(set) var violations: [String] = []
    let start: UTCInstant
    private let meters: [TrialMeter]

    /// Long days, much sun.
    private static let midsummer = UTCInstant(secondsSince1970: 1_781_827_200)  // 2026-06-19
    private static let samples = 40

    private var world: SimulatedWorld { network.world }

    init(_ configuration: BridgeConfiguration, plan: TrialPlan) throws {
        var configuration = configuration
        guard configuration.pulses.isEmpty else {
            throw Failure(description: "[[pulse]] inputs are not simulated: leave them out of the configuration")
        }
        guard plan.houses.isEmpty || plan.houses.count == configuration.meters.count else {
            throw Failure(
                description:
                    "\(configuration.meters.count) meters are configured, but \(plan.houses.count) --meters files given"
            )
        }
        if plan.dataRate != nil { configuration.lorawan.adaptiveDataRate = false }
        let ledger = DeliveryLedger(schema: configuration.schema, reports: configuration.reports)
        guard !ledger.registers.isEmpty else {
            throw Failure(
                description: "there is no [[report]] with kind = \"intervals\" and 1-0:1.8.0 or 1-0:2.8.0 to follow")
        }
        self.configuration = configuration
        self.plan = plan
        self.ledger = ledger
        let start = plan.houses.first?.start ?? Self.midsummer
        self.start = start
        let world = SimulatedWorld(startingAt: start)
        network = try SimulatedNetwork(configuration: configuration, world: world, seed: plan.seed)
        requests = GapRequests(configuration, start: QuarterHour(atOrBefore: start))
        let list: LuxembourgTelegram.List = ledger.registers.contains(where: \.isReactive) ? .full : .standard
        meters = try configuration.meters.enumerated().map { index, meter in
            let house: any SimulatedHouse =
                plan.houses.indices.contains(index)
                ? RecordedHouse(plan.houses[index].quarters, startingAt: start)
                : SyntheticHouse(seed: plan.seed &+ UInt64(index) &* 1_000_003, startingAt: start)
            return try TrialMeter(meter, house: house, list: list, every: plan.telegramEvery, world: world)
        }
    }

    func run() throws {
        let folder = try StateFolder()
        defer { folder.remove() }
        try run(in: folder)
    }

    private func run(in folder: StateFolder) throws {
        let store = try StateStore(path: folder.databasePath, devEUI: configuration.lorawan.devEUI)
        let end = world.now + .hours(24 * plan.days)
        plan.loss.begin(in: network.air, seed: plan.seed)
        network.server.onUplink = { [unowned self] in take($0) }
        if plan.asksForGaps { world.schedule(after: .hours(1)) { [unowned self] in lookForGaps() } }
        for meter in meters {
            let number = meter.configuration.number
            meter.start { [unowned self] registers, time in
                guard QuarterHour(atOrBefore: time).time == time else { return }
                ledger.measure(registers, meter: number, at: time)
            }
        }
        let commons = try BridgeCommons(configuration, store: store, clock: world.clock)
        let inputs = Dictionary(uniqueKeysWithValues: meters.map { ($0.configuration.number, $0) })
        let readers = try MeterLoop(
            commons, clock: world.clock,
            input: { [world] meter, counters in
                inputs[meter.number]?.input(replayGuard: counters, at: world.now)
                    ?? meter.openInput(replayGuard: counters, at: world.now)
            },
            report: { [unowned self] _, event in note(event) })
        try network.run(
            commons, seed: plan.seed, dataRate: plan.dataRate.map { DataRate($0) },
            log: SimulationLog(
                link: { [unowned self] in note($0) },
                uplink: { [unowned self] event in
                    if case .handedOver(let due, let payload) = event { ledger.send(due, payload) }
                }),
            meters: readers
        ) { [world] in world.now > end }
        try audit(store)
    }

    // MARK: What happens

    private func take(_ uplink: DeliveredUplink) {
        heard += 1
        guard let port = uplink.port, port > 0 else { return }
        // Sent by the link and not by the planner, for a module's MAC.
        guard port != ReportKind.reply.port || uplink.payload != ModuleLink.emptyFrame else { return }
        ledger.hear(uplink.payload, port: port, at: world.clock.utc)
        guard port == ReportKind.reply.port else { return }
        if let reply = try? configuration.schema.decode(port: Int(port), uplink.payload) { requests.take(reply: reply) }
    }

    private func lookForGaps() {
        world.schedule(after: .hours(1)) { [unowned self] in lookForGaps() }
        let device = configuration.lorawan.devEUI.rawValue
        guard network.server.queue(of: device).isEmpty,
            let payload = requests.next(ledger, at: world.clock.utc)
        else { return }
        network.server.enqueue(QueuedDownlink(port: ReportKind.commandPort, payload: payload), for: device)
    }

    private func note(_ event: MeterEvent) {
        switch event {
        case .problem(let problem): violate("a telegram was not read: \(problem)")
        case .storeFailed(let error): violate("\(error)")
        case .failed(let error, _): violate("\(error)")
        case .unusable(let reason): violate(reason)
        default: break
        }
    }

    private func note(_ event: LinkEvent) {
        switch event {
        case .radioFailed(let error, _): violate("\(error)")
        case .storeFailed(let error): violate("\(error)")
        default: break
        }
    }

    private func violate(_ text: String) {
        if violations.count < 20 { violations.append(text) }
    }

    // MARK: The promises

    private func audit(_ store: StateStore) throws {
        violations += ledger.violations + network.violations
        let air = AirTimeAudit(network.air.uplinks)
        for (band, airTime) in air.busiestHours where airTime > band.hourlyLimit {
            violate("\(airTime) within an hour at \(band.name), the law allows \(band.hourlyLimit)")
        }
        if air.strays > 0 { violate("\(air.strays) frames outside of the bands") }
        if let limit = configuration.lorawan.dailyAirTime, air.busiestDay > limit {
            violate("\(air.busiestDay) within 24 hours, the network allows \(limit)")
        }
        violations += FrameAudit(network.air.uplinks).violations
        for rejected in network.server.rejected {
            if case .repetition = rejected.reason { continue }
            violate("the network server refused a frame: \(rejected.reason)")
        }
        try auditStore(store)
        auditJavaScript()
    }

    /// Whatever was measured is stored, so that it can still be asked for.
    private func auditStore(_ store: StateStore) throws {
        let first = QuarterHour(atOrBefore: start)
        for meter in meters {
            for (register, book) in ledger.books[meter.configuration.number] {
                let stored = try store.intervals(
                    ofMeter: meter.configuration.name, code: register.code,
                    in: first...QuarterHour(number: first.number + Int64(book.boundaries.count)))
                let values = stored.map(\.value)
                // The newest telegram may not have been read yet.
                guard values == book.boundaries || values == book.boundaries.dropLast() else {
                    violate(
                        "meter \(meter.configuration.name): what is stored of \(register.code) is not what it showed")
                    continue
                }
            }
        }
    }

    /// Some of the uplinks, in the language of the network server; the figures say so where no engine is here.
    private func auditJavaScript() {
        guard let engine = try? JavaScriptEngine.find() else { return }
        let uplinks = network.server.uplinks.filter { ($0.port ?? 0) > 0 }
        let step = max(1, uplinks.count / Self.samples)
        let some = stride(from: 0, to: uplinks.count, by: step).map { uplinks[$0] }
        do {
            let texts = try engine.decodeUplinks(
                codec: configuration.schema.javaScriptCodec(),
                some.map { .init(bytes: $0.payload, port: $0.port ?? 0) })
            checkedInJavaScript = texts.count
            for (uplink, text) in zip(some, texts) {
                let decoded = try configuration.schema.decode(port: Int(uplink.port ?? 0), uplink.payload).json
                if !text.contains(decoded) { violate("JavaScript decodes \(text), Swift \(decoded)") }
            }
        } catch {
            violate("\(error)")
        }
    }
}
