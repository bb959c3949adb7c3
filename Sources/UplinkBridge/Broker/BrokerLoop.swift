import HardwareInterfaces
import Timekeeping

/// Keeps a broker told how things stand.
///
/// It looks for itself, as often as is wanted, and nobody lays anything on its table: a broker that is down for days holds
/// up nothing and fills nothing, and is told how things stand then. Messages are retained, and one is published when it says
/// something new.
final class BrokerLoop {
    enum Event {
        case connected
        /// Not there, or lost; it is tried again at that time.
        case lost(HardwareError, retryAt: MonotonicInstant)
    }

    private let broker: any MessageBroker
    private let pages: BrokerPages
    private let every: TimeSpan
    private let state: BrokerState
    private let clock: any Clock
    private let prepare: () -> Void
    private let status: () -> BridgeStatus
    private let report: (Event) -> Void
    private let connection: BrokerConnection
    /// When it is to be looked, and whether the answer of the radio's thread is waited for.
    private var nextLook: MonotonicInstant
    private var isPrepared = false
    /// What stands at the topics, and since when.
    private var published: [String: (payload: String, at: MonotonicInstant)] = [:]

    /// Nothing is left unsaid for longer, so that readers see that the values are still true.
    static let renewal = TimeSpan.minutes(5)
    /// What the radio's thread has to answer.
    static let preparation = TimeSpan.milliseconds(300)

    /// - Parameters:
    ///   - prepare: called before `status`, to ask other threads how they do.
    init(
        broker: any MessageBroker, pages: BrokerPages, every: TimeSpan, state: BrokerState, clock: any Clock,
        prepare: @escaping () -> Void, status: @escaping () -> BridgeStatus, report: @escaping (Event) -> Void
    ) {
        self.broker = broker
        self.pages = pages
        self.every = every
        self.state = state
        self.clock = clock
        self.prepare = prepare
        self.status = status
        self.report = report
        connection = BrokerConnection(broker, longestPause: .minutes(2), clock: clock)
        nextLook = clock.monotonic
    }

    var pollDescriptors: [Int32] { connection.pollDescriptors }

    func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        let next = connection.nextDeadline(at: now)
        return connection.isUp ? min(nextLook, next) : next
    }

    func poll() {
        let now = clock.monotonic
        do throws(HardwareError) {
            switch try connection.poll() {
            case .waiting: return
            case .accepted: begin(at: now)
            case .up: break
            }
            if nextLook <= now { try look(at: now) }
        } catch {
            lose(error, at: now)
        }
    }

    /// Takes leave, so that all that is shown is marked as not there.
    func end() {
        guard connection.isUp else { return }
        try? broker.publish(Array("offline".utf8), to: pages.topics.availability, isRetained: true)
        connection.end()
        state.note { $0.isConnected = false }
    }

    private func begin(at now: MonotonicInstant) {
        connection.settle()
        published = [:]
        nextLook = now
        isPrepared = false
        state.note { $0.isConnected = true }
        report(.connected)
    }

    private func lose(_ error: HardwareError, at now: MonotonicInstant) {
        let next = now + connection.lose()
        state.note {
            $0.isConnected = false
            $0.trouble = (error.description, now)
        }
        report(.lost(error, retryAt: next))
    }

    private func look(at now: MonotonicInstant) throws(HardwareError) {
        guard isPrepared else {
            prepare()
            isPrepared = true
            nextLook = now + Self.preparation
            return
        }
        isPrepared = false
        nextLook = now + every
        let isOnline = BrokerMessage(topic: pages.topics.availability, payload: "online")
        for message in [isOnline] + pages.messages(for: status()) {
            if let before = published[message.topic], before.payload == message.payload, now - before.at < Self.renewal
            {
                continue
            }
            // The line takes no more: what is left unsaid is looked at anew next time.
            guard !broker.isCongested else { return state.note { $0.skipped += 1 } }
            try broker.publish(Array(message.payload.utf8), to: message.topic, isRetained: true)
            published[message.topic] = (message.payload, now)
            state.note { $0.published += 1 }
        }
    }
}
