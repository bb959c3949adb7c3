package import HardwareInterfaces
package import MeterValues
package import SmartMeter
import Synchronization

/// Between the thread that counts pulses and the one that stores them.
package final class PulseMailbox: Sendable {
    struct Item {
        var state: PulseCounter.State
        /// The newest reading that nobody has taken.
        var reading: Reading?
    }

    private struct Content {
        var known: [Int: PulseCounter.State] = [:]
        var news: [Int: Item] = [:]
        var isClosed = false
    }

    private let content = Mutex(Content())
    private let taker: (any Waking)?

    /// - Parameter taker: woken when there is something new.
    package init(taker: (any Waking)? = nil) { self.taker = taker }

    package func put(_ state: PulseCounter.State, _ reading: Reading?, of number: Int) {
        let isNew = content.withLock { content in
            guard reading != nil || content.known[number] != state else { return false }
            content.known[number] = state
            content.news[number] = Item(state: state, reading: reading ?? content.news[number]?.reading)
            return true
        }
        if isNew { taker?.wake() }
    }

    /// Nothing will be put any more: what is stored now is the last count.
    package func close() {
        content.withLock { $0.isClosed = true }
        taker?.wake()
    }

    var isClosed: Bool { content.withLock { $0.isClosed } }

    /// Everything that is new since the last call.
    func take() -> [Int: Item] {
        content.withLock { content in
            defer { content.news = [:] }
            return content.news
        }
    }
}
