package import HardwareInterfaces
import Synchronization

/// Tells the loops to end, and ends their waits.
package final class StopSignal: Sendable {
    private let isRaised = Atomic(false)
    private let sleepers = Mutex<[any Waking]>([])

    package var raised: Bool { isRaised.load(ordering: .acquiring) }

    /// Ends the sleeper's waits too, from now on.
    package func add(_ sleeper: any Waking) {
        sleepers.withLock { $0.append(sleeper) }
    }

    package init() {}

    package func raise() {
        isRaised.store(true, ordering: .releasing)
        for sleeper in sleepers.withLock({ $0 }) { sleeper.wake() }
    }
}
