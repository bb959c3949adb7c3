import BridgePlanning
import HardwareInterfaces
import Synchronization

/// Where others ask the thread that serves the radio how the link does. It answers when it comes by, and only when asked:
/// nobody waits for it, and it waits for nobody.
package final class LinkStatusMailbox: Sendable {
    private struct Content {
        var newest: LinkStatus?
        /// What the plan of a day is made of.
        var basis: DayAhead.Basis?
        var sleepers: [any Waking] = []
        var server: (any Waking)?
    }

    private let asked = Atomic(false)
    private let planWanted = Atomic(false)
    private let content = Mutex(Content())

    init() {}

    /// The last answer.
    package var newest: LinkStatus? { content.withLock { $0.newest } }

    /// The last copy of what the planner knows.
    var basis: DayAhead.Basis? { content.withLock { $0.basis } }

    /// - Parameters:
    ///   - server: woken when something is asked.
    ///   - sleepers: woken when there is an answer.
    func connect(server: any Waking, sleepers: [any Waking]) {
        content.withLock { $0 = Content(newest: $0.newest, basis: $0.basis, sleepers: sleepers, server: server) }
    }

    /// - Parameter wantsPlan: the answer is to have a copy of what the planner knows.
    func ask(wantsPlan: Bool = false) {
        if wantsPlan { planWanted.store(true, ordering: .releasing) }
        asked.store(true, ordering: .releasing)
        content.withLock { $0.server }?.wake()
    }

    var isPlanWanted: Bool { planWanted.load(ordering: .acquiring) }
    var isAsked: Bool { asked.load(ordering: .acquiring) }

    func answer(_ status: LinkStatus, _ basis: DayAhead.Basis? = nil) {
        if basis != nil { planWanted.store(false, ordering: .releasing) }
        asked.store(false, ordering: .releasing)
        let sleepers = content.withLock { content in
            content.newest = status
            content.basis = basis ?? content.basis
            return content.sleepers
        }
        for sleeper in sleepers { sleeper.wake() }
    }
}
