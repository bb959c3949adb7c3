import Synchronization

/// Where a person's order to leave the session waits for the thread that serves the radio.
package final class RejoinMailbox: Sendable {
    private let isOrdered = Atomic(false)

    /// Where the service takes the order, on its status socket.
    package static let page = "/rejoin"

    init() {}

    /// The owner of the service wants it.
    package func order() { isOrdered.store(true, ordering: .releasing) }

    /// Whether it was ordered; it is taken as done then.
    func take() -> Bool { isOrdered.exchange(false, ordering: .acquiringAndReleasing) }
}
