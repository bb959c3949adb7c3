import HardwareInterfaces
import LinuxHardware
import Logging
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
    private var isReady = false
    private var told = ""
    private var requests: [RequestServer.Request] = []
    /// Until when the answer of the radio's thread is waited for.
    private var patience: MonotonicInstant?

    /// What the radio's thread has to answer. It serves a receive window first.
    private static let longestWait = TimeSpan.milliseconds(300)

    init(
        _ source: StatusSource, mailbox: LinkStatusMailbox, manager: ServiceManager?, sockets: StatusSockets,
        clock: any Clock,
        report: @escaping (StatusSockets.Event) -> Void = { _ in }
    ) {
        self.source = source
        self.mailbox = mailbox
        self.manager = manager
        self.clock = clock
        self.sockets = sockets
        self.report = report
        period = min(Heartbeats.longestPeriod, manager?.watchdog.map { $0 / 4 } ?? Heartbeats.longestPeriod)
        nextRound = clock.monotonic
    }

    var pollDescriptors: [Int32] { server.pollDescriptors }

    func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        [nextRound, patience, sockets.nextDeadline, server.nextDeadline(at: now)].compactMap { $0 }.min() ?? nextRound
    }

    mutating func poll() {
        let now = clock.monotonic
        tellReady()
        for listener in sockets.poll(at: now, report: report) { server.add(listener) }
        serve(at: now)
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

    private mutating func serve(at now: MonotonicInstant) {
        for request in server.poll(at: now) {
            if request.path == RejoinMailbox.page {
                server.answer(request, source.orderRejoin(by: request.user))
                mailbox.ask()
                continue
            }
            guard ["/status", "/metrics"].contains(request.path) else {
                server.answer(request, .notFound)
                continue
            }
            if requests.isEmpty {
                patience = now + Self.longestWait
                mailbox.ask()
            }
            requests.append(request)
        }
        guard !requests.isEmpty, let until = patience, until <= now || !mailbox.isAsked else { return }
        let status = source.status()
        for request in requests {
            server.answer(
                request,
                request.path == "/status"
                    ? .init(type: "application/json", body: status.json() + [10])
                    : .init(type: MetricsPage.type, body: status.metrics(at: clock.utc)))
        }
        requests = []
        patience = nil
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
