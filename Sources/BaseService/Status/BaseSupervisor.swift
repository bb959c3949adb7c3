import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import Timekeeping
import UplinkBridge

/// Answers who asks how the base is, and tells the service manager: a thread of its own, for which no other waits.
final class BaseSupervisor {
    private let board: BaseStatusBoard
    private let manager: ServiceManager?
    private let server = RequestServer()
    private var sockets: StatusSockets
    private let radio: any Waking
    private let clock: any Clock
    private let report: (String) -> Void
    private let period: TimeSpan
    private var nextRound: MonotonicInstant
    private var isReady = false

    /// - Parameters:
    ///   - board: where the other threads leave what they know.
    ///   - manager: the service manager; nil where there is none.
    ///   - sockets: at which others may ask.
    ///   - radio: ends the wait of the radio's thread, which then comes round.
    ///   - clock: the board's.
    ///   - report: told what a person should know.
    init(
        _ board: BaseStatusBoard, manager: ServiceManager?, sockets: StatusSockets, radio: any Waking,
        clock: any Clock, report: @escaping (String) -> Void
    ) {
        (self.board, self.manager, self.sockets) = (board, manager, sockets)
        (self.radio, self.clock, self.report) = (radio, clock, report)
        period = min(.seconds(15), manager?.watchdog.map { $0 / 4 } ?? .seconds(15))
        nextRound = clock.monotonic
    }

    var pollDescriptors: [Int32] { server.pollDescriptors }

    func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        let due = [sockets.nextDeadline, server.nextDeadline(at: now), isReady ? nil : now + .milliseconds(200)]
        return due.compactMap { $0 }.reduce(nextRound, min)
    }

    func poll() {
        let now = clock.monotonic
        let opened = sockets.poll(at: now) { event in
            switch event {
            case .failed(let what): report(what)
            case .opened(let name): report("who asks at \(name) is answered now")
            }
        }
        for listener in opened { server.add(listener) }
        for request in server.poll(at: now) { server.answer(request, answer(request.path, at: now)) }
        if !isReady, let status = board.status(at: now) {
            isReady = true
            _ = manager?.tellReady(status: status.line)
        }
        guard nextRound <= now else { return }
        nextRound = now + period
        if let cameRound = board.cameRound, now - cameRound <= period * 2 {
            _ = manager?.feedWatchdog()
            if let status = board.status(at: now) { _ = manager?.tell(status: status.line) }
        }
        radio.wake()
    }

    func end() { manager?.tellStopping() }

    private func answer(_ path: String, at now: MonotonicInstant) -> RequestServer.Answer {
        guard let status = board.status(at: now) else { return .text("the radio is about to start", status: 503) }
        switch path {
        case "/status": return .init(type: "application/json", body: status.json())
        case "/metrics": return .init(type: MetricsPage.type, body: status.metrics())
        default: return .notFound
        }
    }
}

extension BaseStatus {
    /// For the service manager.
    fileprivate var line: String {
        let heard = bridges.count { !$0.isMissing }
        return troubles.first ?? "\(dataRate), \(heard) of \(bridges.count) bridges heard"
    }
}
