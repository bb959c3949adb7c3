package import BridgeStore
package import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers
package import Timekeeping
import UplinkPayload

/// A module and the store, joined. The module has the MAC and the session's keys; law, daily air-time and counters are kept
/// here.
package final class ModuleLink: NetworkLink {
    package var onDownlink: (LinkDownlink) -> Void = { _ in }
    package var onUplinkDone: (UplinkResult) -> Void = { _ in }
    package private(set) var dailyAirTime: TimeSpan?
    let module: ModuleDriver
    let budget: ModuleBudget
    let region: Region
    private let clock: NetworkClock
    /// How the newest frame of the network came in, where the module tells.
    private(set) var heard: ModuleSignal?
    /// The newest answer to a question how well the device is heard, and when it came.
    private(set) var linkCheck: (margin: Int, gateways: Int, at: MonotonicInstant)?
    /// The module asks for a word of the network by itself (ADRACKReq).
    private let adapts: Bool
    private var random: any RandomSource
    private let openLine: () throws(HardwareError) -> any BreakableLine
    private let report: (LinkEvent) -> Void
    /// The uplink that ends now has asked how well it is heard, in vain.
    private var isCheckUnanswered = false
    /// When the line is to be opened; nil while it is open.
    private var lineStart: MonotonicInstant?
    /// Short, for an adapter that is plugged in again has somebody waiting beside it.
    private var pause = RetryPause(shortest: .seconds(1), longest: .seconds(15))

    /// - Parameters:
    ///   - make: of the module.
    ///   - reset: the module's RESET, active low; nil where it is not wired.
    ///   - random: join times and data rates are drawn from it.
    ///   - report: called with what happens, in its order.
    ///   - openLine: opens the serial port; called again after it was lost.
    package init(
        _ make: any ModuleMake.Type, configuration: DeviceConfiguration, store: StateStore, clock: NetworkClock,
        reset: (any OutputPin)?, random: any RandomSource, report: @escaping (LinkEvent) -> Void,
        openLine: @escaping () throws(HardwareError) -> any BreakableLine
    ) throws {
        let now = clock.monotonic
        let writer = SessionWriter(store, report: report)
        let restored = try writer.restore(bootIdentifier: clock.bootIdentifier, at: now)
        let found = RestoredModule(configuration, restored, bootIdentifier: clock.bootIdentifier, at: now)
        budget = ModuleBudget(accounts: found.accounts, record: found.record, writer: writer)
        module = try ModuleDriver(
            make, found.configuration, record: found.record,
            probe: Uplink(port: ReportKind.reply.port, payload: Self.emptyFrame), budget: budget, reset: reset,
            random: random)
        region = configuration.region
        adapts = configuration.adr
        joins = if case .overTheAir = configuration.activation { true } else { false }
        self.random = random
        dailyAirTime = configuration.dailyAirTime
        self.clock = clock
        self.openLine = openLine
        self.report = report
        lineStart = now
    }

    package var isReady: Bool { lineStart == nil && module.isReady }
    package var maximumPayload: Int { module.maximumPayload }
    package var largestPayload: Int { module.largestPayload }
    package func airTime(payloadCount: Int) -> TimeSpan { module.airTime(payloadCount: payloadCount) }

    /// Never: what the module has to answer goes with the next report, and a downlink for the application is answered by
    /// the application. The module does not tell of FPending.
    package var expectation: NetworkExpectation { .nothing }

    package var contact: NetworkContact { budget.accounts.state.contact }
    package let joins: Bool
    package private(set) var nextRenewal: MonotonicInstant?

    package var dataRate: DataRate? { module.session?.dataRate }

    package func remainingDailyAirTime(at now: MonotonicInstant) -> TimeSpan? {
        dailyAirTime == nil ? nil : budget.accounts.state.dailyAirTime?.remaining(at: now)
    }

    package func dailyAirTimeStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        budget.accounts.state.dailyAirTime.map { $0.earliestStart(airTime: airTime, at: now) } ?? now
    }

    /// The module keeps the time of its windows by itself.
    package var isExchanging: Bool { false }

    package func setDailyAirTime(_ limit: TimeSpan?) {
        dailyAirTime = limit
        budget.setDailyAirTime(limit)
    }

    package func rejoin() {
        nextRenewal = nil
        module.rejoin(at: clock.monotonic)
        takeEvents()
    }

    package func renewSession() {
        guard joins else { return }
        budget.note { $0.orderRenewal() }
        nextRenewal = nil
        planRenewal()
    }

    package func closeGap() { budget.note { $0.closeGap() } }

    package func requestLinkCheck() -> Bool { module.ask(.linkCheck) }

    /// The module always sends a port and a payload: a frame for its MAC alone is a reply that answers nothing.
    package static let emptyFrame = Reply(sequence: 0, answers: []).encode(largestPayload: 11).flatMap { $0 }

    package func send(_ uplink: Uplink) throws(UplinkRefusal) {
        var uplink = uplink
        if uplink.port == nil, uplink.payload.isEmpty {
            uplink.port = ReportKind.reply.port
            uplink.payload = Self.emptyFrame
        }
        // The question takes a byte, which an uplink that fills the frame does not leave.
        if uplink.payload.count < maximumPayload, module.asksNetwork, clock.asks() { _ = module.ask(.time) }
        if isWordOverdue { _ = module.ask(.linkCheck) }
        try module.send(uplink, at: clock.monotonic)
        takeEvents()
    }

    package var pollDescriptors: [Int32] { lineStart == nil ? module.pollDescriptors : [] }
    package var nextDeadline: MonotonicInstant? {
        lineStart ?? [module.nextDeadline, module.isReady ? nextRenewal : nil].compactMap { $0 }.min()
    }

    package func poll() {
        let now = clock.monotonic
        if let due = lineStart {
            guard due <= now else { return }
            do {
                let line = try openLine()
                lineStart = nil
                module.attach(line, at: now)
            } catch {
                return lineFailed(RadioError(error.description))
            }
        }
        takeEvents()
        renew(at: now)
    }

    package func close() { budget.end() }

    /// The present in UTC, where the date is known.
    private var utc: UTCInstant? { clock.isUTCTrusted ? clock.utc : nil }

    /// Each takes two resets of the module.
    private static let renewalPause = TimeSpan.minutes(2)

    /// Plans a join-request beside the session where that is taken as lost.
    /// - Parameter earliest: not before.
    private func planRenewal(notBefore earliest: MonotonicInstant? = nil) {
        let (contact, now) = (contact, clock.monotonic)
        guard joins, nextRenewal == nil, module.session != nil, contact.isRenewalOrdered || contact.isLost(at: now)
        else { return }
        nextRenewal = contact.renewalStart(
            notBefore: earliest, budget: budget.accounts.state.joinBudget, at: now
        ) { limit in Int(random.next() % UInt64(limit)) }
    }

    private func renew(at now: MonotonicInstant) {
        guard let due = nextRenewal, due <= now, module.isReady else { return }
        nextRenewal = nil
        let isSlowest = contact.tries % 2 == 0
        budget.note { $0.recordTry() }
        module.renew(isSlowest: isSlowest, at: now)
        takeEvents()
    }

    private func takeEvents() {
        for event in module.poll(at: clock.monotonic) { take(event) }
    }

    private func lineFailed(_ error: RadioError) {
        let next = clock.monotonic + pause.next()
        lineStart = next
        report(.radioFailed(error, retryAt: next))
    }

    /// Of the network's answers for the MAC alone some modules tell nothing. So from the 64th uplink without a word on it is
    /// asked for one that they tell of, as our MAC asks with ADRACKReq.
    private var isWordOverdue: Bool { contact.uplinks >= 64 && contact.uplinks % 32 == 0 }

    private func hear(_ signal: ModuleSignal? = nil) {
        if let signal { heard = signal }
        budget.note { $0.recordWord(at: clock.monotonic, utc: utc) }
        if !contact.isRenewalOrdered { nextRenewal = nil }
    }

    private func note(_ result: UplinkResult) {
        switch result {
        case .acknowledged: hear()
        case .failed: break
        case .sent, .notAcknowledged:
            let count = contact.uplinks + 1
            // The module sets ADRACKReq from the 64th uplink on, and gives the network 32 to answer.
            let isOverdue = (adapts && !module.asksNetwork && count > 96 && count % 32 == 1) || isCheckUnanswered
            isCheckUnanswered = false
            budget.note {
                $0.recordUplink(
                    isQuestion: result == .notAcknowledged || isOverdue, at: clock.monotonic, utc: utc)
            }
            planRenewal()
        }
    }

    private func take(_ event: ModuleEvent) {
        switch event {
        case .started(let firmware):
            pause.reset()
            report(.radioStarted(firmware))
        case .failed(let error, let retryAt): report(.radioFailed(error, retryAt: retryAt))
        case .resetByItself:
            report(
                .radioFailed(
                    RadioError("the module was reset, and not by this program: is its supply strong enough?"),
                    retryAt: clock.monotonic))
        case .lineLost(let error): lineFailed(error)
        case .resumed(let address):
            report(.resumed(address))
            planRenewal()
        case .renewalFailed:
            // It may be that nothing was sent: then the latest join-request says nothing of when the next may be.
            planRenewal(notBefore: clock.monotonic + Self.renewalPause)
            report(.joinFailed(nextAttempt: nextRenewal, refused: nil))
        case .heard(let signal): hear(signal)
        case .linkCheck(let margin, let gateways):
            linkCheck = (margin, gateways, clock.monotonic)
            hear()
        case .linkCheckUnanswered: isCheckUnanswered = true
        case .networkTime(let utc):
            clock.set(utc, at: clock.monotonic)
            report(.networkTime(utc))
            hear()
        case .joined(let address):
            budget.noteJoin(at: clock.monotonic, utc: utc)
            nextRenewal = nil
            report(.joined(address))
        case .joinFailed(let next): report(.joinFailed(nextAttempt: next, refused: nil))
        case .transmitting(let transmission): report(.transmitting(LinkTransmission(transmission, region: region)))
        case .waiting(let until, let reason): report(.waiting(until: until, reason: reason))
        case .uplinkDone(let result):
            note(result)
            report(.uplinkDone(result))
            onUplinkDone(result)
        case .downlink(let downlink):
            hear(downlink.signal)
            let downlink = LinkDownlink(downlink)
            report(.downlink(downlink))
            onDownlink(downlink)
        }
    }
}
