import BridgeConfiguration
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

    let configuration: CollectorConfiguration
    let store: any ProfileStore
    let log: @Sendable (Level, String) -> Void
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

    func waiter(_ clock: LinuxClock) throws -> PollWaiter {
        let waiter = try PollWaiter(clock: clock)
        waiters.withLock { $0.append(waiter) }
        return waiter
    }

    var isRunning: Bool { !isStopping.load(ordering: .acquiring) }

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
        let telling = try configuration.broker.map { broker in
            let waiter = try self.waiter(clock)
            return Telling(broker, outbox: Outbox(to: broker.name, waker: waiter), waiter: waiter)
        }
        let rereaders = try rereaders(clock)
        let followers = try followers(clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            func begin(_ name: String, _ work: @escaping @Sendable () throws -> Void) {
                group.addTask { [self] in
                    defer { stop() }
                    try await RealtimeThread.run(name: name, realtime: false) { _ in try work() }
                }
            }
            if let telling {
                begin("collector-told") { [self] in try tell(telling, spool: spool, news: storeWaiter, clock) }
            }
            for (number, server) in configuration.servers.enumerated() {
                let (waiter, outbox) = posts[number]
                begin("collector-mqtt") { [self] in
                    try serve(
                        server, number, outbox: outbox, spool: spool, waiter: waiter, news: storeWaiter,
                        rereader: rereaders.first { $0.number == number }, clock)
                }
            }
            for rereader in rereaders {
                begin("collector-past") { [self] in try reread(rereader, spool: spool, news: storeWaiter, clock) }
            }
            for follower in followers { begin("collector-next") { [self] in try follow(follower, clock) } }
            if !purposes.isEmpty {
                let waiter = try self.waiter(clock)
                begin("collector-web") { [self] in try answer(spool: spool, waiter: waiter, news: storeWaiter, clock) }
            }
            begin("collector-store") { [self] in
                try keepStore(
                    spool, outboxes: posts.map(\.outbox), telling: telling, followers: followers, waiter: storeWaiter,
                    manager: manager, clock)
            }
            try await group.waitForAll()
        }
    }

    private func serve(
        _ server: ServerConfiguration, _ number: Int, outbox: Outbox, spool: Spool, waiter: PollWaiter,
        news: PollWaiter, rereader: Rereader?, _ clock: LinuxClock
    ) throws {
        let place = server.name
        let broker = try MosquittoBroker(MosquittoBroker.Settings(server))
        let connection = ServerConnection(
            broker, topics: server.topics, number: UInt8(clamping: number), outbox: outbox, spool: spool, clock: clock,
            news: news
        ) { [log] event in
            switch event {
            case .connected:
                log(.notice, "\(place): connected, listening to \(server.topics.joined(separator: ", "))")
                rereader?.hasten()
            case .lost(let error, let pause): log(.warning, "\(place): \(error.message); tried again in \(pause)")
            case .notSpooled(let error): log(.error, "\(error)")
            }
        }
        try keepUp(connection, waiter: waiter, clock)
    }

    private func keepUp(_ connection: ServerConnection, waiter: PollWaiter, _ clock: LinuxClock) throws {
        while isRunning {
            connection.poll()
            try waiter.wait(
                for: connection.pollDescriptors, until: connection.nextDeadline(at: clock.monotonic))
        }
        connection.end()
    }

    /// The home automation's broker, and what it is told by.
    private struct Telling: Sendable {
        let broker: BrokerAccess
        let outbox: Outbox
        let waiter: PollWaiter
        let publishesAll = SharedFlag()

        init(_ broker: BrokerAccess, outbox: Outbox, waiter: PollWaiter) {
            self.broker = broker
            self.outbox = outbox
            self.waiter = waiter
        }
    }

    private func tell(_ telling: Telling, spool: Spool, news: PollWaiter, _ clock: LinuxClock) throws {
        let place = telling.broker.name
        let broker = try MosquittoBroker(MosquittoBroker.Settings(telling.broker))
        let connection = ServerConnection(
            broker, topics: [], number: .max, outbox: telling.outbox, spool: spool, clock: clock, news: news
        ) { [log] event in
            switch event {
            case .connected:
                log(.notice, "\(place): connected, told what meters show")
                telling.publishesAll.raise()
                news.wake()
            case .lost(let error, let pause): log(.warning, "\(place): \(error.message); tried again in \(pause)")
            case .notSpooled(let error): log(.error, "\(error)")
            }
        }
        try keepUp(connection, waiter: telling.waiter, clock)
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
        let server = RequestServer(listeners: listeners, limits: .events) { desk.refusal($0) }
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
        _ spool: Spool, outboxes: [Outbox], telling: Telling?, followers: [Followed], waiter: PollWaiter,
        manager: ServiceManager?, _ clock: LinuxClock
    ) throws {
        var told = TroubleLog()
        let publisher = telling.map {
            MeterPublisher($0.broker, fleets: configuration.fleets, store: store, outbox: $0.outbox)
        }
        let loop = StoreLoop(
            spool: spool, store: store, fleets: configuration.fleets, outboxes: outboxes, keep: configuration.keep,
            publisher: publisher, publishesAll: telling?.publishesAll, clock: clock
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
        loop.onStored = { for each in followers { each.hasten() } }
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
    fileprivate init(_ broker: BrokerAccess) {
        self.init(
            host: broker.host, port: broker.port, clientIdentifier: "p1lora-collector-\(HostName.current)-broker")
        user = broker.user
        password = broker.password
        if broker.usesTLS { authorities = Authorities(file: broker.authorities) }
    }

    fileprivate init(_ server: ServerConfiguration) {
        self.init(host: server.host, port: server.port, clientIdentifier: server.client)
        user = server.user
        password = server.password
        keepsSession = true
        certificate = server.certificate
        if server.usesTLS { authorities = Authorities(file: server.authorities) }
    }
}
