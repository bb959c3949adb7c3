public import HardwareInterfaces
public import LoRaWAN
import RadioDrivers
public import Timekeeping
import UplinkPayload

/// An RN2483 or RN2903 and the store, joined. The module has the MAC and the session's keys; law, purse and counters are
/// kept here.
public final class ModuleLink: NetworkLink {
    public var onDownlink: (LinkDownlink) -> Void = { _ in }
    public var onUplinkDone: (UplinkResult) -> Void = { _ in }
    public private(set) var purse: TimeSpan?
    let module: RN2483
    let gate: ModuleGate
    let region: Region
    private let clock: any Clock
    private let openLine: () throws(HardwareError) -> any BreakableLine
    private let report: (LinkEvent) -> Void
    /// When the line is to be opened; nil while it is open.
    private var lineStart: MonotonicInstant?
    /// Short, for an adapter that is plugged in again has somebody waiting beside it.
    private var pause = RetryPause(shortest: .seconds(1), longest: .seconds(15))

    /// - Parameters:
    ///   - reset: the module's RESET, active low; nil where it is not wired.
    ///   - random: join times and data rates are drawn from it.
    ///   - report: called with what happens, in its order.
    ///   - openLine: opens the serial port; called again after it was lost.
    public init(
        configuration: DeviceConfiguration, store: StateStore, clock: any Clock, reset: (any OutputPin)?,
        random: any RandomSource, report: @escaping (LinkEvent) -> Void,
        openLine: @escaping () throws(HardwareError) -> any BreakableLine
    ) throws {
        let now = clock.monotonic
        let keeper = DeviceKeeper(store, report: report)
        let restored = try keeper.restore(bootIdentifier: clock.bootIdentifier, at: now)
        var configuration = configuration
        configuration.firstDevNonce = max(configuration.firstDevNonce, restored.nextDevNonce)
        var record = restored.module
        if let session = restored.state?.session {
            // A chip was the radio since the module was: the network knows its session, and counters go on.
            if case .overTheAir = configuration.activation {
                record = nil
            } else {
                configuration.activation.skipCounters(of: session.devAddr, below: session.uplinkCounter)
            }
        }
        var accounts = AirTimeAccounts(
            configuration: configuration, restoring: restored.state, bootIdentifier: clock.bootIdentifier, at: now)
        if restored.mayHaveSent {
            accounts.assumeReserveUsed(at: now)
            if let next = record?.session?.nextUplink, let assumed = restored.assumedCounter {
                record?.session?.nextUplink = max(next, assumed)
            }
        }
        gate = ModuleGate(accounts: accounts, record: record, keeper: keeper)
        module = try RN2483(
            configuration: configuration, record: record,
            probe: Uplink(port: ReportKind.reply.port, payload: Self.emptyFrame), gate: gate, reset: reset,
            random: random)
        region = configuration.region
        purse = configuration.networkPurse
        self.clock = clock
        self.openLine = openLine
        self.report = report
        lineStart = now
    }

    public var isReady: Bool { lineStart == nil && module.isReady }
    public var maximumPayload: Int { module.maximumPayload }
    public var largestPayload: Int { module.largestPayload }
    public func airTime(payloadCount: Int) -> TimeSpan { module.airTime(payloadCount: payloadCount) }

    /// Never: what the module has to answer goes with the next report, and a downlink for the application is answered by
    /// the application. The module does not tell of FPending.
    public var wantsUplink: Bool { false }

    public var dataRate: DataRate? { module.session?.dataRate }

    public func remainingPurse(at now: MonotonicInstant) -> TimeSpan? {
        purse == nil ? nil : gate.accounts.state.purse?.remaining(at: now)
    }

    public func purseStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        gate.accounts.state.purse.map { $0.earliestStart(airTime: airTime, at: now) } ?? now
    }

    /// The module keeps the time of its windows by itself.
    public var isExchanging: Bool { false }

    public func setPurse(_ limit: TimeSpan?) {
        purse = limit
        gate.setPurse(limit)
    }

    public func rejoin() {
        module.rejoin(at: clock.monotonic)
        takeEvents()
    }

    /// The module always sends a port and a payload: a frame for its MAC alone is a reply that answers nothing.
    public static let emptyFrame = Reply(sequence: 0, answers: []).encode(largestPayload: 11).flatMap { $0 }

    public func send(_ uplink: Uplink) throws(UplinkRefusal) {
        var uplink = uplink
        if uplink.port == nil, uplink.payload.isEmpty {
            uplink.port = ReportKind.reply.port
            uplink.payload = Self.emptyFrame
        }
        try module.send(uplink, at: clock.monotonic)
        takeEvents()
    }

    public var pollDescriptors: [Int32] { lineStart == nil ? module.pollDescriptors : [] }
    public var nextDeadline: MonotonicInstant? { lineStart ?? module.nextDeadline }

    public func poll() {
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
    }

    public func close() { gate.end() }

    private func takeEvents() {
        for event in module.poll(at: clock.monotonic) { take(event) }
    }

    private func lineFailed(_ error: RadioError) {
        let next = clock.monotonic + pause.next()
        lineStart = next
        report(.radioFailed(error, retryAt: next))
    }

    private func take(_ event: RN2483Event) {
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
        case .resumed(let address): report(.resumed(address))
        case .joined(let address):
            gate.noteJoin(at: clock.monotonic)
            report(.joined(address))
        case .joinFailed(let next): report(.joinFailed(nextAttempt: next))
        case .transmitting(let transmission): report(.transmitting(LinkTransmission(transmission, region: region)))
        case .waiting(let until, let reason): report(.waiting(until: until, reason: reason))
        case .uplinkDone(let result):
            report(.uplinkDone(result))
            onUplinkDone(result)
        case .downlink(let downlink):
            let downlink = LinkDownlink(downlink)
            report(.downlink(downlink))
            onDownlink(downlink)
        }
    }
}

extension Activation {
    /// A session that was used through another radio goes on where it stopped: no counter is used twice.
    mutating func skipCounters(of devAddr: DevAddr, below next: FrameCounter) {
        guard case .personalized(var given) = self, given.devAddr == devAddr, given.firstUplinkCounter < next else {
            return
        }
        given.firstUplinkCounter = next
        self = .personalized(given)
    }
}
