import HardwareInterfaces
import Synchronization

/// Where a person orders the thread that serves the radio to ask the network how well it hears the device.
package final class LinkCheckMailbox: Sendable {
    /// On the status socket.
    static let page = "/link-check"
    /// Questions that one order may bring.
    static let most = 3

    private let wanted = Atomic(0)

    init() {}

    func order() { wanted.store(Self.most, ordering: .releasing) }

    var isOrdered: Bool { wanted.load(ordering: .acquiring) > 0 }

    /// One of them has been asked, or can't be.
    func note(isPossible: Bool) {
        let left = wanted.load(ordering: .acquiring)
        wanted.store(isPossible ? max(0, left - 1) : 0, ordering: .releasing)
    }
}
