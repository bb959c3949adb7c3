import Synchronization

/// Lets the broker's thread take leave, if it can do so at once.
final class BrokerLeave: Sendable {
    let isDone = Atomic(false)

    /// A thread that waits for a name server is left behind; the process ends without it.
    func leave() async {
        for _ in 0..<50 where !isDone.load(ordering: .acquiring) {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
