package import Timekeeping

/// The way to a broker that is there or not: begins the connection, waits for its word, and after a failure tries again in pauses
/// that grow. What is said over it is its user's. For one thread.
package final class BrokerConnection {
    /// How a connection stands after a ``BrokerConnection/poll()``.
    package enum Standing: Sendable {
        /// It is not there, or has not answered yet.
        case waiting
        /// It was taken: what each connection begins with is to be said, and then ``BrokerConnection/settle()``.
        case accepted
        case up
    }

    private enum Phase {
        case down(retryAt: MonotonicInstant)
        /// Until when the broker may take its time to answer.
        case connecting(until: MonotonicInstant)
        case up(since: MonotonicInstant)
    }

    private let broker: any MessageBroker
    private let clock: any Clock
    private var phase: Phase
    private var pause: RetryPause

    /// A broker that has not answered by then does not.
    package static let patience = TimeSpan.seconds(10)
    /// How often the connection is served when nothing happens on it.
    private static let service = TimeSpan.seconds(5)
    private static let congestedService = TimeSpan.milliseconds(50)

    /// - Parameter longestPause: between two attempts; the first is a second, each twice the one before.
    package init(_ broker: any MessageBroker, longestPause: TimeSpan, clock: any Clock) {
        self.broker = broker
        self.clock = clock
        pause = RetryPause(shortest: .seconds(1), longest: longestPause)
        phase = .down(retryAt: clock.monotonic)
    }

    package var isUp: Bool {
        if case .up = phase { return true }
        return false
    }

    package var pollDescriptors: [Int32] {
        if case .down = phase { return [] }
        return broker.pollDescriptor.map { [$0] } ?? []
    }

    /// When it is to be polled though nothing has come.
    package func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        switch phase {
        case .down(let retryAt): retryAt
        case .connecting(let until): min(until, now + (broker.isCongested ? Self.congestedService : .milliseconds(200)))
        case .up: now + (broker.isCongested ? Self.congestedService : Self.service)
        }
    }

    /// Connects when it is time, and serves the connection.
    /// - Throws: when it is lost, refused, or not answered in time: see ``lose()``.
    package func poll() throws(HardwareError) -> Standing {
        let now = clock.monotonic
        if case .down(let retryAt) = phase {
            guard retryAt <= now else { return .waiting }
            try broker.connect()
            // A name server may have taken its time.
            phase = .connecting(until: clock.monotonic + Self.patience)
        }
        try broker.serve()
        guard case .connecting(let until) = phase else { return .up }
        guard !broker.isAccepted else { return .accepted }
        guard now < until else {
            throw HardwareError(
                .failed(errno: 0), device: "mqtt", message: "the broker took the connection and says nothing")
        }
        return .waiting
    }

    /// What the connection begins with was said.
    package func settle() {
        phase = .up(since: clock.monotonic)
    }

    /// After an error, of ``poll()`` or of what was said over the connection. What was lost as soon as it was up, for a refused
    /// subscription or another client of the same name, is no success: the pauses grow on.
    /// - Returns: after how long it is tried again.
    package func lose() -> TimeSpan {
        if case .up(let since) = phase, clock.monotonic - since >= Self.patience { pause.reset() }
        let pause = pause.next()
        phase = .down(retryAt: clock.monotonic + pause)
        return pause
    }

    /// Takes leave.
    package func end() {
        if isUp { broker.disconnect() }
    }
}
