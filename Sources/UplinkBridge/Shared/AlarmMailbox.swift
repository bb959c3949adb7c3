import Synchronization
package import UplinkPayload

/// Between the thread that reads the meters and the one that sends, and on the disk until that has stored them with all
/// else that waits: between a frame and its windows it must not wait for the disk.
package final class AlarmMailbox: Sendable {
    private struct Content {
        var untaken: [Alarm] = []
        /// Not yet in what the taker has stored.
        var taken: [Alarm] = []
    }

    private let content = Mutex(Content())
    private let keep: @Sendable (AlarmMailbox) -> Void

    /// One of each of nine kinds and two states of sixteen meters. More would be a fault of the watch; the newest say how
    /// it is now.
    private static let most = 9 * 2 * 16

    /// - Parameter keep: stores what is ``unstored``; by default nothing.
    init(keep: @escaping @Sendable (AlarmMailbox) -> Void = { _ in }) { self.keep = keep }

    /// Returns when the alarm is on the disk, or is known to be nowhere but here.
    package func put(_ alarm: Alarm) {
        content.withLock { $0.untaken = ($0.untaken + [alarm]).suffix(Self.most) }
        keep(self)
    }

    package func take() -> [Alarm] {
        content.withLock { content in
            defer {
                content.taken = (content.taken + content.untaken).suffix(Self.most)
                content.untaken = []
            }
            return content.untaken
        }
    }

    var untaken: [Alarm] { content.withLock { $0.untaken } }
    var unstored: [Alarm] { content.withLock { $0.taken + $0.untaken } }
    var hasTaken: Bool { content.withLock { !$0.taken.isEmpty } }
    func noteTakenStored() { content.withLock { $0.taken = [] } }
}
