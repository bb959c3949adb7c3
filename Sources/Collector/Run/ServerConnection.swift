package import HardwareInterfaces
import ServerEvents
package import Timekeeping

/// The connection to one server's broker: what comes goes into the spool, what waits goes out. For one thread.
package final class ServerConnection {
    package enum Event: Sendable {
        case connected
        case lost(HardwareError, retryAfter: TimeSpan)
        /// The disk did not take what came.
        case notSpooled(HardwareError)
    }

    private enum Phase {
        case down(retryAt: MonotonicInstant)
        case connecting(until: MonotonicInstant)
        case up
    }

    private let broker: any MessageSubscriber
    private let topics: [String]
    private let outbox: Outbox
    private let spool: Spool
    private let clock: any Clock
    private let report: (Event) -> Void
    private var phase: Phase
    private var pause = ServerConnection.shortestPause
    /// Something was appended that may not be on the disk yet.
    private let hasNews = NewsFlag()

    private static let shortestPause = TimeSpan.seconds(1)
    private static let longestPause = TimeSpan.minutes(1)
    /// A broker that has not answered by then does not.
    private static let patience = TimeSpan.seconds(10)
    /// How often the connection is served when nothing happens on it.
    private static let service = TimeSpan.seconds(5)

    /// - Parameters:
    ///   - number: of the `[[server]]`, from 0.
    ///   - news: told when something was spooled.
    package init(
        _ broker: any MessageSubscriber, topics: [String], number: UInt8, outbox: Outbox, spool: Spool,
        clock: any Clock, news: any Waking, report: @escaping (Event) -> Void
    ) {
        self.broker = broker
        self.topics = topics
        self.outbox = outbox
        self.spool = spool
        self.clock = clock
        self.report = report
        phase = .down(retryAt: clock.monotonic)
        broker.onMessage = { [hasNews] topic, payload in
            let message = Spool.Message(server: number, at: clock.utc, topic: topic, body: Array(payload))
            do throws(HardwareError) {
                try spool.append(message)
            } catch {
                report(.notSpooled(error))
            }
            hasNews.isRaised = true
            news.wake()
        }
    }

    /// Shared by the connection and what it calls back, in one thread.
    private final class NewsFlag { var isRaised = false }

    package var pollDescriptors: [Int32] {
        if case .down = phase { return [] }
        return broker.pollDescriptor.map { [$0] } ?? []
    }

    package func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        switch phase {
        case .down(let retryAt): retryAt
        case .connecting(let until): min(until, now + .milliseconds(200))
        case .up: now + (broker.isCongested ? .milliseconds(50) : Self.service)
        }
    }

    package func poll() {
        let now = clock.monotonic
        do throws(HardwareError) {
            if case .down(let retryAt) = phase {
                guard retryAt <= now else { return }
                try broker.connect()
                phase = .connecting(until: clock.monotonic + Self.patience)
            }
            try serve()
            if case .connecting(let until) = phase {
                guard broker.isAccepted else {
                    if now >= until { throw Self.silent }
                    return
                }
                for topic in topics { try broker.subscribe(to: topic) }
                phase = .up
                pause = Self.shortestPause
                report(.connected)
            }
            for letter in outbox.takeAll() {
                if letter.isRetained {
                    try broker.publish(letter.payload, to: letter.topic, isRetained: true)
                } else {
                    try broker.deliver(letter.payload, to: letter.topic)
                }
            }
        } catch {
            phase = .down(retryAt: clock.monotonic + pause)
            report(.lost(error, retryAfter: pause))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// What came is on the disk before more is asked for.
    private func serve() throws(HardwareError) {
        defer {
            if hasNews.isRaised {
                hasNews.isRaised = false
                do throws(HardwareError) { try spool.sync() } catch { report(.notSpooled(error)) }
            }
        }
        try broker.serve()
    }

    package func end() {
        if case .up = phase { broker.disconnect() }
    }

    private static let silent = HardwareError(
        .failed(errno: 0), device: "mqtt", message: "the broker took the connection and says nothing")
}
