package import CollectorStore
import HardwareInterfaces
import LinuxHardware
import ServerEvents
import Synchronization
import Timekeeping

/// The collector at work: a thread for each server's broker, and one for the store.
package final class CollectorService: Sendable {
    package enum Level: Int, Sendable {
        // As in syslog(3).
        case error = 3, warning = 4, notice = 5, info = 6
    }

    private let configuration: CollectorConfiguration
    private let store: any ProfileStore
    private let log: @Sendable (Level, String) -> Void
    private let isStopping = Atomic(false)
    private let waiters = Mutex<[PollWaiter]>([])

    package init(
        _ configuration: CollectorConfiguration, store: any ProfileStore,
        log: @escaping @Sendable (Level, String) -> Void
    ) {
        self.configuration = configuration
        self.store = store
        self.log = log
    }

    /// Ends ``run()`` soon, from any thread.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        for waiter in waiters.withLock({ $0 }) { waiter.wake() }
    }

    private func waiter(_ clock: LinuxClock) throws -> PollWaiter {
        let waiter = try PollWaiter(clock: clock)
        waiters.withLock { $0.append(waiter) }
        return waiter
    }

    private var isRunning: Bool { !isStopping.load(ordering: .acquiring) }

    /// Runs until ``stop()``.
    /// - Throws: what can't be mended by waiting: no thread, no spool, no libmosquitto.
    package func run() async throws {
        let clock = LinuxClock()
        let spool = try Spool(beside: configuration.spool)
        if !spool.isEmpty { log(.notice, "what came before the last end is taken in now") }
        let storeWaiter = try waiter(clock)
        let manager = ServiceManager()
        let posts = try configuration.servers.map { server in
            let waiter = try self.waiter(clock)
            return (waiter: waiter, outbox: Outbox(to: server.name, waker: waiter))
        }
        try await withThrowingTaskGroup { group in
            for (number, server) in configuration.servers.enumerated() {
                let (waiter, outbox) = posts[number]
                group.addTask { [self] in
                    defer { stop() }
                    try await RealtimeThread.run(name: "collector-mqtt", realtime: false) { [self] _ in
                        try serve(
                            server, number, outbox: outbox, spool: spool, waiter: waiter, news: storeWaiter, clock)
                    }
                }
            }
            if !purposes.isEmpty {
                let waiter = try self.waiter(clock)
                group.addTask { [self] in
                    defer { stop() }
                    try await RealtimeThread.run(name: "collector-web", realtime: false) { [self] _ in
                        try answer(spool: spool, waiter: waiter, news: storeWaiter, clock)
                    }
                }
            }
            group.addTask { [self] in
                defer { stop() }
                try await RealtimeThread.run(name: "collector-store", realtime: false) { [self] _ in
                    try keepStore(
                        spool, outboxes: posts.map(\.outbox), waiter: storeWaiter, manager: manager, clock)
                }
            }
            try await group.waitForAll()
        }
    }

    private func serve(
        _ server: ServerConfiguration, _ number: Int, outbox: Outbox, spool: Spool, waiter: PollWaiter,
        news: PollWaiter, _ clock: LinuxClock
    ) throws {
        let place = server.name
        let broker = try MosquittoBroker(MosquittoBroker.Settings(server))
        let connection = ServerConnection(
            broker, topics: server.topics, number: UInt8(clamping: number), outbox: outbox, spool: spool, clock: clock,
            news: news
        ) { [log] event in
            switch event {
            case .connected: log(.notice, "\(place): connected, listening to \(server.topics.joined(separator: ", "))")
            case .lost(let error, let pause): log(.warning, "\(place): \(error.message); tried again in \(pause)")
            case .notSpooled(let error): log(.error, "\(error)")
            }
        }
        while isRunning {
            connection.poll()
            try waiter.wait(
                for: connection.pollDescriptors, until: connection.nextDeadline(at: clock.monotonic))
        }
        connection.end()
    }

    private var purposes: [WebDesk.Purpose] {
        [configuration.webhook.map { .webhook($0) }, configuration.api.map { .api($0) }].compactMap { $0 }
    }

    private func answer(spool: Spool, waiter: PollWaiter, news: PollWaiter, _ clock: LinuxClock) throws {
        let desk = WebDesk(
            purposes, configuration: configuration, store: store, spool: spool, news: news, clock: clock)
        let listeners = try purposes.map { purpose in
            switch purpose {
            case .webhook(let hook): try RequestListener.tcp(hook.listen)
            case .api(let api): try RequestListener.tcp(api.listen)
            }
        }
        for listener in listeners { log(.notice, "http://\(listener.name) answers") }
        let server = WebServer(listeners) { desk.refusal($0) }
        while isRunning {
            for request in server.poll(at: clock.monotonic) {
                server.answer(request, desk.answer(request), at: clock.monotonic)
            }
            let soon = clock.monotonic + .seconds(5)
            try waiter.wait(
                for: server.pollDescriptors,
                until: server.nextDeadline(at: clock.monotonic).map { min($0, soon) } ?? soon)
        }
    }

    private func keepStore(
        _ spool: Spool, outboxes: [Outbox], waiter: PollWaiter, manager: ServiceManager?, _ clock: LinuxClock
    ) throws {
        var told = TroubleLog()
        let loop = StoreLoop(
            spool: spool, store: store, fleets: configuration.fleets, outboxes: outboxes, keep: configuration.keep,
            clock: clock
        ) { [log] event in
            switch event {
            case .trouble(let trouble):
                guard told.tells(trouble.kind, at: clock.monotonic) else { return }
                log(.warning, "left out: \(trouble.text) (\(trouble.kind))")
            case .storeFailed(let error): log(.error, "\(error); what comes waits on the disk")
            case .storeWorks: log(.notice, "the store takes what waited")
            case .asked(let device, let commands):
                log(.info, "\(device): asked for \(commands) times that are missing")
            case .forgot(let days): log(.info, "\(days) days of registers are older than keep and forgotten")
            }
        }
        var isReady = manager == nil
        while isRunning {
            loop.poll()
            let status = "\(configuration.fleets.all.count) fleets, \(configuration.servers.count) servers"
            if let manager, !isReady { isReady = manager.tellReady(status: status) }
            manager?.feedWatchdog()
            try waiter.wait(for: [], until: loop.nextDeadline(at: clock.monotonic))
        }
        manager?.tellStopping()
        // Once more, without the pause.
        loop.finish()
    }
}

/// Each kind of trouble is told once a minute; all are counted.
private struct TroubleLog {
    private var last: [String: MonotonicInstant] = [:]

    mutating func tells(_ kind: String, at now: MonotonicInstant) -> Bool {
        if let last = last[kind], now - last < .minutes(1) { return false }
        last[kind] = now
        return true
    }
}

extension MosquittoBroker.Settings {
    /// Where Debian and most others keep the authorities that the system believes.
    private static let systemAuthorities = "/etc/ssl/certs"

    fileprivate init(_ server: ServerConfiguration) {
        self.init(host: server.host, port: server.port, clientIdentifier: server.client)
        user = server.user
        password = server.password
        keepsSession = true
        certificate = server.certificate
        if server.usesTLS { authorities = server.authorities.map { .file($0) } ?? .folder(Self.systemAuthorities) }
    }
}
