import CollectorStore
import HardwareInterfaces
import LinuxHardware
import Timekeeping

/// Threads that wait for others: what servers kept is read, and followers are told what changes.
extension CollectorService {
    struct Rereader: Sendable {
        /// Of the `[[server]]`.
        let number: Int
        let server: ServerConfiguration
        let place: ServerRecordsPlace
        let waiter: PollWaiter
        private let isHastened = SharedFlag()

        init(number: Int, server: ServerConfiguration, place: ServerRecordsPlace, waiter: PollWaiter) {
            (self.number, self.server, self.place, self.waiter) = (number, server, place, waiter)
        }

        func hasten() {
            isHastened.raise()
            waiter.wake()
        }

        func takeHaste() -> Bool { isHastened.take() }
    }

    func rereaders(_ clock: LinuxClock) throws -> [Rereader] {
        try configuration.servers.enumerated().compactMap { number, server in
            try server.records.map {
                Rereader(number: number, server: server, place: $0, waiter: try waiter(clock))
            }
        }
    }

    func reread(_ rereader: Rereader, spool: Spool, news: PollWaiter, _ clock: LinuxClock) throws {
        let place = "what \(rereader.server.name) keeps"
        let isStopped = { [self] in !isRunning }
        let rereading = Rereading(
            rereader.place.records(isStopped: isStopped), of: rereader.server.name, store: store, spool: spool,
            clock: clock, news: news, isStopped: isStopped
        ) { [log] event in
            switch event {
            case .read(let uplinks): log(.notice, "\(place): \(uplinks) messages read")
            case .failed(let error, let pause): log(.warning, "\(place): \(error); tried again in \(pause)")
            }
        }
        while isRunning {
            if rereader.takeHaste() { rereading.hasten() }
            rereading.poll()
            try rereader.waiter.wait(for: [], until: rereading.nextDeadline)
        }
    }

    struct Followed: Sendable {
        enum Kind: Sendable {
            case influx(InfluxConfiguration)
            case homeAssistant(HomeAssistantConfiguration)
        }

        let kind: Kind
        let waiter: PollWaiter

        func hasten() { waiter.wake() }

        /// For people.
        var title: String {
            switch kind {
            case .influx(let influx): "InfluxDB at \(influx.address.name)"
            case .homeAssistant(let home): "Home Assistant at \(home.address.name)"
            }
        }
    }

    func followers(_ clock: LinuxClock) throws -> [Followed] {
        let kinds = [
            configuration.influx.map(Followed.Kind.influx),
            configuration.homeAssistant.map(Followed.Kind.homeAssistant),
        ]
        return try kinds.compactMap { $0 }.map { Followed(kind: $0, waiter: try waiter(clock)) }
    }

    func follow(_ followed: Followed, _ clock: LinuxClock) throws {
        let (title, log) = (followed.title, log)
        let isStopped = { [self] in !isRunning }
        let (follower, name): (any Follower, String) =
            switch followed.kind {
            case .influx(let influx):
                (InfluxFollower(influx, store: store, isStopped: isStopped), influx.name)
            case .homeAssistant(let home):
                (
                    StatisticsFollower(home, store: store, isStopped: isStopped) {
                        log(.warning, "\(title): \($0)")
                    },
                    home.name
                )
            }
        let following = Following(follower, name: name, store: store, clock: clock) { [self] event in
            switch event {
            case .works: log(.notice, "\(title): told what changes")
            case .failed(let error, let pause):
                if isRunning { log(.warning, "\(title): \(error); nothing is lost, tried again in \(pause)") }
            }
        }
        while isRunning {
            following.poll()
            try followed.waiter.wait(for: [], until: following.nextDeadline)
            following.hasten()
        }
    }
}

extension ServerRecordsPlace {
    /// - Parameter isStopped: asked while the server is waited for.
    package func records(isStopped: @escaping () -> Bool) -> any ServerRecords {
        switch self {
        case .database(let url, let password): ChirpStackRecords(url: url, password: password)
        case .storage(let address, let authorities, let application, let key):
            TheThingsStackRecords(
                WebClient(address, authorities: authorities, isStopped: isStopped), application: application, key: key)
        }
    }
}
