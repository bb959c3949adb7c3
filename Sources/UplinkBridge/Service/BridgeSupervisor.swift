import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import Logging
import MeterValues
import Timekeeping

/// Tells the service manager how the service does, and answers who asks: a thread of its own, for which no other waits.
struct BridgeSupervisor {
    private let source: StatusSource
    private let mailbox: LinkStatusMailbox
    private let manager: ServiceManager?
    private let server = RequestServer()
    private var sockets: StatusSockets
    private let report: (StatusSockets.Event) -> Void
    private let clock: any Clock
    /// How often the threads are woken: four times while the watchdog waits.
    private let period: TimeSpan
    private var nextRound: MonotonicInstant
    private var nextSample: MonotonicInstant
    private var isReady = false
    private var told = ""
    private var requests: [RequestServer.Request] = []
    private var web: WebDesk?
    private let linkChecks: LinkCheckMailbox?
    private let recent: RecentEvents?
    /// Until when the answer of the radio's thread is waited for.
    private var patience: MonotonicInstant?

    /// What the radio's thread has to answer. It serves a receive window first.
    private static let longestWait = TimeSpan.milliseconds(300)

    init(
        _ source: StatusSource, mailbox: LinkStatusMailbox, manager: ServiceManager?, sockets: StatusSockets,
        web: WebDesk? = nil, linkChecks: LinkCheckMailbox? = nil, recent: RecentEvents? = nil, clock: any Clock,
        report: @escaping (StatusSockets.Event) -> Void = { _ in }
    ) {
        self.web = web
        self.linkChecks = linkChecks
        self.recent = recent
        self.source = source
        self.mailbox = mailbox
        self.manager = manager
        self.clock = clock
        self.sockets = sockets
        self.report = report
        period = min(Heartbeats.longestPeriod, manager?.watchdog.map { $0 / 4 } ?? Heartbeats.longestPeriod)
        nextRound = clock.monotonic
        nextSample = nextRound
    }

    var pollDescriptors: [Int32] { server.pollDescriptors }

    func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        [nextRound, patience, web == nil ? nil : nextSample, sockets.nextDeadline, server.nextDeadline(at: now)]
            .compactMap { $0 }.min() ?? nextRound
    }

    mutating func poll() {
        let now = clock.monotonic
        tellReady()
        for listener in sockets.poll(at: now, report: report) { server.add(listener) }
        serve(at: now)
        if web != nil, nextSample <= now {
            samplePower()
            nextSample = now + Self.samplePause
        }
        guard nextRound <= now else { return }
        // Each had a whole period to come round since it was woken.
        if isReady, source.heartbeats.allCameRound(within: period * 2, at: now) { manager?.feedWatchdog() }
        if isReady, manager != nil { tellStatus() }
        if manager != nil { mailbox.ask() }
        source.heartbeats.wakeAll()
        nextRound = now + period
    }

    func end() { manager?.tellStopping() }

    /// As soon as each thread has come round: state, meters and radio have been opened, or the reason is in the log.
    private mutating func tellReady() {
        guard !isReady, source.heartbeats.allHaveBegun else { return }
        guard let manager else { return isReady = true }
        isReady = manager.tellReady(status: source.status().line)
        if isReady { manager.feedWatchdog() }
    }

    private mutating func tellStatus() {
        let line = source.status().line
        guard line != told else { return }
        told = line
        manager?.tell(status: line)
    }

    /// A page shows the power of the last hour.
    private static let samplePause = TimeSpan.seconds(10)

    private func samplePower() {
        let (now, utc) = (clock.monotonic, clock.utc)
        for number in source.configuration.meterNames.indices {
            guard let reading = source.latestReadings.reading(meter: number, at: now),
                let watts = reading.quantities[.netPower]?.coefficient(in: .watt, decimals: 0, rounding: true)
            else { continue }
            recent?.note(power: watts, meter: number, at: utc)
        }
    }

    /// - Returns: whether it has its answer, or is none of a browser.
    private mutating func serve(browser request: RequestServer.Request, at now: MonotonicInstant) -> Bool {
        guard let browser = request.browser else { return false }
        switch web?.take(request, browser, at: now) {
        case nil: server.answer(request, .notFound)
        case .answer(let answer)?: server.answer(request, answer)
        case .needsStatus?: wait(for: request, wantsPlan: web?.wantsPlan(at: now) ?? false, at: now)
        }
        return true
    }

    private mutating func wait(for request: RequestServer.Request, wantsPlan: Bool = false, at now: MonotonicInstant) {
        if requests.isEmpty || wantsPlan {
            patience = now + Self.longestWait
            mailbox.ask(wantsPlan: wantsPlan)
        }
        requests.append(request)
    }

    private mutating func serve(at now: MonotonicInstant) {
        for request in server.poll(at: now) {
            if serve(browser: request, at: now) { continue }
            if request.path == LinkCheckMailbox.page, let linkChecks {
                server.answer(request, source.orderLinkCheck(by: request.user, linkChecks))
                mailbox.ask()
                continue
            }
            if request.path == RejoinMailbox.page {
                server.answer(request, source.orderRejoin(by: request.user))
                mailbox.ask()
                continue
            }
            guard ["/status", "/metrics"].contains(request.path) else {
                server.answer(request, .notFound)
                continue
            }
            wait(for: request, at: now)
        }
        guard !requests.isEmpty, let until = patience, until <= now || !mailbox.isAsked else { return }
        let status = source.status()
        for request in requests {
            server.answer(request, answer(to: request.path, status, at: now))
        }
        requests = []
        patience = nil
    }
}

extension BridgeSupervisor {
    private mutating func answer(
        to path: String, _ status: BridgeStatus, at now: MonotonicInstant
    ) -> RequestServer.Answer {
        let mailbox = mailbox
        switch path {
        case "/status": return .init(type: "application/json", body: status.json() + [10])
        case "/data": return web?.data(status, mailbox, at: now) ?? .notFound
        default: return .init(type: MetricsPage.type, body: status.metrics(at: clock.utc))
        }
    }
}

extension BridgeStatus {
    /// For `systemctl status`.
    var line: String {
        if let trouble = troubles.first {
            return trouble + (troubles.count > 1 ? " (and \(troubles.count - 1) more)" : "")
        }
        let count = counters.uplinks.reduce(0) { $0 + $1.count }
        let rate = link?.dataRate.map { ", DR\($0)" } ?? ""
        return "\(meters.count == 1 ? "1 meter" : "\(meters.count) meters"), \(count) uplinks\(rate)"
    }
}
