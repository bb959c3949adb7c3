package import BridgeConfiguration
import BridgeStore
import FoundationEssentials
import HardwareSimulators
import LoRaWAN
import LoadProfile
import MeterValues
package import Timekeeping
import UplinkBridge
package import UplinkPayload

/// A bridge through days of loss, in virtual time: the code of the service, with the meters, the radio's chip, the air and the
/// network server simulated, and what the decoder says of what came.
package final class Trial {
    package struct Failure: Error, CustomStringConvertible { package let description: String }

    package let configuration: BridgeConfiguration
    let plan: TrialPlan
    package let network: SimulatedNetwork
    package private(set) var ledger: DeliveryLedger
    /// Makes profiles of what the network server takes, and asks for what is missing.
    let collector: any TrialCollector
    /// What a server that keeps reports can compute.
    private var parity = ParitySolver()
    /// Numbers of downlinks that a person sent.
    private var lastSequences: [Int] = []
    /// What the bridge sent, in its order.
    private(set) var steps: [TrialStep] = []
    /// Uplinks that were decoded by the JavaScript codec too; nil where no engine is installed.
    private(set) var checkedInJavaScript: Int?
    /// Uplinks that the network server took.
    private(set) var heard = 0
    /// Broken promises. None is what a simulation is run for.
    package private(set) var violations: [String] = []
    package let start: UTCInstant
    let meters: [TrialMeter]
    private let pulses: [TrialPulses]
    /// The board's.
    let clock: MisledClock
    var troubles: TrialTroubles?
    let disk = TrialDisk()
    /// Until when a power cut would take what waits in memory for the disk.
    var diskOwesUntil: MonotonicInstant?
    /// The power goes off before the next step.
    var isCut = false
    /// How many frames go out until the power goes off with one that has been stored and is on the air.
    var framesUntilCut: Int?
    /// Changes of the first report's period that somebody sent, by their sequence numbers.
    var changes: [(sequence: Int, period: Int, isAcknowledged: Bool)] = []

    /// Long days, much sun.
    private static let midsummer = UTCInstant(secondsSince1970: 1_781_827_200)  // 2026-06-19
    private static let samples = 40

    var world: SimulatedWorld { network.world }

    /// - Parameter collector: one that does in memory what the real one does where it is left out.
    package init(
        _ configuration: BridgeConfiguration, plan: TrialPlan, collector: (any TrialCollector)? = nil
    ) throws {
        var configuration = configuration
        guard configuration.pulses.isEmpty || !plan.hasTroubles else {
            throw Failure(
                description: "--troubles is for meters with a P1 port: leave [[pulse]] out of the configuration")
        }
        guard plan.houses.isEmpty || plan.houses.count == configuration.meterNames.count else {
            throw Failure(
                description:
                    "\(configuration.meterNames.count) meters are configured, but \(plan.houses.count) --meters files given"
            )
        }
        if plan.dataRate != nil { configuration.lorawan.adaptiveDataRate = false }
        for index in configuration.meters.indices {
            // A simulated meter speaks seldom, which saves time; that alone is no silence.
            guard let limit = configuration.meters[index].alarmLimits[.silence], limit > 0 else { continue }
            configuration.meters[index].alarmLimits[.silence] = max(
                limit, Int(clamping: 2 * plan.telegramEvery.seconds / 60))
        }
        let ledger = DeliveryLedger(configuration)
        guard !ledger.registers.isEmpty else {
            throw Failure(
                description: "there is no [[report]] with kind = \"intervals\" and 1-0:1.8.0 or 1-0:2.8.0 to follow")
        }
        self.configuration = configuration
        self.plan = plan
        self.ledger = ledger
        let start = plan.houses.first?.start ?? plan.start ?? Self.midsummer
        self.start = start
        let world = SimulatedWorld(startingAt: start)
        clock = MisledClock(world.clock)
        network = try SimulatedNetwork(configuration: configuration, world: world, seed: plan.seed)
        self.collector =
            collector ?? SimulatedCollector(configuration, start: QuarterHour(atOrBefore: start))
        let list: LuxembourgTelegram.List = ledger.registers.contains(where: \.isReactive) ? .full : .standard
        func house(_ number: Int) -> any SimulatedHouse {
            plan.houses.indices.contains(number)
                ? RecordedHouse(plan.houses[number].quarters, startingAt: start)
                : SyntheticHouse(seed: plan.seed &+ UInt64(number) &* 1_000_003, startingAt: start)
        }
        meters = try configuration.meters.map { meter in
            try TrialMeter(meter, house: house(meter.number), list: list, every: plan.telegramEvery, world: world)
        }
        pulses = configuration.pulses.map { TrialPulses($0, house: house($0.number), world: world) }
    }

    package func run() throws {
        let folder = try StateFolder()
        defer { folder.remove() }
        try run(in: folder)
    }

    private func run(in folder: StateFolder) throws {
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
        for pulse in pulses {
            let number = pulse.configuration.number
            pulse.start { [unowned self] registers, time in ledger.measure(registers, meter: number, at: time) }
        }
        if let span = plan.replacesMeterAfter {
            world.schedule(after: span) { [unowned self] in meters.first?.replace() }
        }
        if plan.hasTroubles { beginTroubles(until: end - .hours(48)) }
        try boot(folder, until: end)
        while isCut {
            isCut = false
            network.cutPower()
            world.run(until: min(world.now + (troubles?.length() ?? .zero), end))
            for meter in meters { meter.line.clear() }
            try boot(folder, until: end)
        }
        if plan.isAudited { try audit(try openStore(folder)) }
    }

    private func openStore(_ folder: StateFolder) throws -> StateStore {
        try StateStore(path: folder.databasePath, devEUI: configuration.lorawan.devEUI) { [disk] in disk.fault(at: $0) }
    }

    /// The board from its start to the end, or to a power cut.
    private func boot(_ folder: StateFolder, until end: MonotonicInstant) throws {
        let commons = try BridgeCommons(configuration, store: try openStore(folder), clock: clock)
        let readers = try MeterLoop(commons, reading: meters, in: world, clock: clock) { [unowned self] number, event in
            note(event, meter: number)
        }
        let counter = try countPulses(commons)
        try network.run(
            commons, seed: plan.seed, dataRate: plan.dataRate.map { DataRate($0) },
            watchesContact: plan.watchesContact, clock: clock,
            log: SimulationLog(
                link: { [unowned self] in note($0) },
                uplink: { [unowned self] event in
                    switch event {
                    case .decided(let decision): steps.append(TrialStep(at: world.clock.utc, decision: decision))
                    case .handedOver(let due, let payload):
                        let quarters = ledger.send(due, payload)
                        if let last = steps.indices.last { steps[last].quarters = quarters }
                    default: break
                    }
                }),
            pulses: counter, meters: readers
        ) { [unowned self] in isCut || world.now > end }
        if !isCut { readers.flush() }
    }

    private func countPulses(_ commons: BridgeCommons) throws -> PulseLoop? {
        guard !pulses.isEmpty else { return nil }
        return PulseLoop(lines: pulses.map { $0.line(saved: nil) }, mailbox: commons.pulses, clock: clock) {
            [unowned self] number, event in note(event, meter: number)
        }
    }

    // MARK: What happens

    private func take(_ uplink: DeliveredUplink) {
        heard += 1
        guard let port = uplink.port, port > 0 else { return }
        // Sent by the link and not by the planner, for a module's MAC.
        guard port != ReportKind.reply.port || uplink.payload != ModuleLink.emptyFrame else { return }
        ledger.hear(uplink.payload, port: port, at: world.clock.utc)
        for payload in parity.hear(uplink) {
            ledger.hear(payload, port: ReportKind.intervals.port, at: world.clock.utc)
        }
        collector.hear(uplink, at: world.clock.utc)
        if troubles != nil { answerFalsely(uplink) }
        guard port == ReportKind.reply.port else { return }
        if let reply = try? configuration.schema.decode(port: Int(port), uplink.payload) {
            noteChange(reply)
        }
    }

    /// Those that the network sent, heard or not.
    private var downlinksOfLastDay: Int {
        let since = world.now - .hours(24)
        return network.air.downlinks(since: since)
    }

    private func lookForGaps() {
        world.schedule(after: .hours(1)) { [unowned self] in lookForGaps() }
        let device = configuration.lorawan.devEUI.rawValue
        guard network.server.queue(of: device).isEmpty,
            let payload = collector.next(downlinks: downlinksOfLastDay, at: world.clock.utc)
        else { return }
        network.server.enqueue(QueuedDownlink(port: ReportKind.commandPort, payload: payload), for: device)
    }

    /// Of the next downlink that a person sends.
    func nextSequence() -> Int {
        let sequence = CommandFrame.sequence(at: world.clock.utc, after: lastSequences)
        lastSequences = lastSequences.suffix(BridgeSettings.rememberedSequences - 1) + [sequence]
        return sequence
    }

    /// What a register showed at the boundaries from the start on; nil for one that the simulated meters do not have.
    package func boundaries(of field: Field, meter: Int) -> [Int64]? {
        CountedRegister(field.source).flatMap { ledger.books[meter][$0]?.boundaries }
    }

    private func note(_ event: MeterEvent, meter number: Int) {
        switch event {
        case .telegram:
            let shownAt = meters.first { $0.configuration.number == number }?.shownAt
            if let shownAt, QuarterHour(atOrBefore: shownAt).time == shownAt { ledger.noteRead(meter: number) }
        case .problem(let problem): violate("a telegram was not read: \(problem)")
        case .storeFailed(let error): if disk.works { violate("\(error)") }
        case .failed(let error, _): violate("\(error)")
        case .unusable(let reason): violate(reason)
        default: break
        }
    }

    private func note(_ event: LinkEvent) {
        switch event {
        case .radioFailed(let error, _): if troubles == nil { violate("\(error)") }
        case .transmitting:
            framesUntilCut = framesUntilCut.map { $0 - 1 }
            if framesUntilCut == 0 {
                framesUntilCut = nil
                isCut = mayCut
            }
        case .storeFailed(let error): if disk.works { violate("\(error)") }
        case .uplinkDone(.acknowledged): if let last = steps.indices.last { steps[last].isAcknowledged = true }
        default: break
        }
    }

    func violate(_ text: String) {
        if violations.count < 20 { violations.append(text) }
    }

    // MARK: The promises

    private func audit(_ store: StateStore) throws {
        violations += ledger.violations + (troubles == nil ? network.violations : [])
        let air = AirTimeAudit(network.air.uplinks, region: configuration.lorawan.region.name)
        violations += air.violations
        if let limit = configuration.lorawan.dailyAirTime, air.busiestDay > limit {
            violate("\(air.busiestDay) within 24 hours, the network allows \(limit)")
        }
        let downlinks = DownlinkAudit(network.server.downlinks).busiestDay
        if configuration.hasCollector, let limit = configuration.lorawan.dailyDownlinks, downlinks.all > limit {
            violate("\(downlinks.all) downlinks within 24 hours, the network allows \(limit)")
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
        for (number, name) in configuration.meterNames.enumerated() {
            for (register, book) in ledger.books[number] {
                let stored = try store.intervals(
                    ofMeter: name, code: register.code,
                    in: first...QuarterHour(number: first.number + Int64(book.boundaries.count)))
                let kept = Dictionary(
                    uniqueKeysWithValues: stored.map { (Int($0.boundary.number - first.number), $0.value) })
                // The newest telegram may not have been read yet.
                guard
                    kept.allSatisfy({ book.boundaries.indices.contains($0.key) && book.boundaries[$0.key] == $0.value }
                    ),
                    book.read.allSatisfy({ kept[$0] != nil }),
                    troubles != nil || kept.count + 1 >= book.boundaries.count
                else {
                    violate(
                        "meter \(name): what is stored of \(register.code) is not what it showed")
                    continue
                }
            }
        }
        try auditSettings(store)
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
