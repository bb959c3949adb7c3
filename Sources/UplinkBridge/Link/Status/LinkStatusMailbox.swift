import HardwareInterfaces
import Synchronization

/// Where others ask the thread that serves the radio how the link does. It answers when it comes by, and only when asked:
/// nobody waits for it, and it waits for nobody.
package final class LinkStatusMailbox: Sendable {
    private struct Content {
        var newest: LinkStatus?
        var sleepers: [any Waking] = []
        var server: (any Waking)?
    }

    private let asked = Atomic(false)
    private let content = Mutex(Content())

    init() {}

    /// The last answer.
    package var newest: LinkStatus? { content.withLock { $0.newest } }

    /// - Parameters:
    ///   - server: woken when something is asked.
    ///   - sleepers: woken when there is an answer.
    func connect(server: any Waking, sleepers: [any Waking]) {
        content.withLock { $0 = Content(newest: $0.newest, sleepers: sleepers, server: server) }
    }

    func ask() {
        asked.store(true, ordering: .releasing)
        content.withLock { $0.server }?.wake()
    }

    var isAsked: Bool { asked.load(ordering: .acquiring) }

    func answer(_ status: LinkStatus) {
        asked.store(false, ordering: .releasing)
        let sleepers = content.withLock { content in
            content.newest = status
            return content.sleepers
        }
        for sleeper in sleepers { sleeper.wake() }
    }
}
