package import HardwareInterfaces
import ServerEvents
package import Timekeeping

/// The connection to one server's broker: what comes goes into the spool, what waits goes out. For one thread.
package final class ServerConnection {
    package enum Event: Sendable {
        /// The subscriptions are granted: nothing passes by from now on.
        case connected
        case lost(HardwareError, retryAfter: TimeSpan)
        /// The disk did not take what came.
        case notSpooled(HardwareError)
    }

    private let broker: any MessageSubscriber
    private let topics: [String]
    private let outbox: Outbox
    private let spool: Spool
    private let clock: any Clock
    private let report: (Event) -> Void
    private let connection: BrokerConnection
    /// That the broker is listened to, once for each connection.
    private var isTold = false
    /// Something was appended that may not be on the disk yet.
    private let hasNews = NewsFlag()

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
        connection = BrokerConnection(broker, longestPause: .minutes(1), clock: clock)
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

    package var pollDescriptors: [Int32] { connection.pollDescriptors }

    package func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant { connection.nextDeadline(at: now) }

    package func poll() {
        do throws(HardwareError) {
            switch try serve() {
            case .waiting: return
            case .accepted:
                for topic in topics { try broker.subscribe(to: topic) }
                connection.settle()
                isTold = false
            case .up: break
            }
            if !isTold, broker.isListening {
                isTold = true
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
            report(.lost(error, retryAfter: connection.lose()))
        }
    }

    /// What came is on the disk before more is asked for.
    private func serve() throws(HardwareError) -> BrokerConnection.Standing {
        defer {
            if hasNews.isRaised {
                hasNews.isRaised = false
                do throws(HardwareError) { try spool.sync() } catch { report(.notSpooled(error)) }
            }
        }
        return try connection.poll()
    }

    package func end() { connection.end() }
}
