import Synchronization
import Timekeeping

/// How the connection to the broker does: written by its thread, read for the status.
final class BrokerState: Sendable {
    struct Content: Sendable {
        var isConnected = false
        var published = 0
        var skipped = 0
        var trouble: (text: String, at: MonotonicInstant)?
    }

    private let host: String
    private let content = Mutex(Content())

    init(host: String) { self.host = host }

    func note(_ change: (inout Content) -> Void) { content.withLock { change(&$0) } }

    func status(at now: MonotonicInstant) -> BridgeStatus.BrokerStatus {
        let content = content.withLock { $0 }
        return .init(
            host: host, isConnected: content.isConnected, published: content.published, skipped: content.skipped,
            lastTrouble: content.trouble.map { .init(text: $0.text, agoSeconds: (now - $0.at).displaySeconds) })
    }
}
