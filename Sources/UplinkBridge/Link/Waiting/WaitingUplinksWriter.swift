import BridgePlanning
import BridgeStore
import Timekeeping

/// Stores what waits to be sent whenever that changes, which is rare: an alarm, a downlink.
final class WaitingUplinksWriter {
    private let store: StateStore
    private let alarms: AlarmMailbox
    private var kept = WaitingUplinks()
    private var retry: MonotonicInstant?

    /// A disk that fails is asked again after so long.
    private static let pause = TimeSpan.seconds(30)

    /// What was found at the start.
    let found: WaitingUplinks

    /// - Parameters:
    ///   - alarms: where they come from.
    ///   - trouble: told when what is stored can't be read; nothing waits then.
    init(_ store: StateStore, alarms: AlarmMailbox, trouble: (String) -> Void) {
        self.store = store
        self.alarms = alarms
        do {
            kept = try store.waiting() ?? kept
        } catch {
            trouble("the alarms and answers that waited to be sent can't be read: \(error)")
        }
        found = kept
    }

    /// The device's own records and the meters' tell of a disk that does not take it.
    func keep(_ waiting: WaitingUplinks, at now: MonotonicInstant) {
        guard waiting != kept || alarms.hasTaken, retry.map({ $0 <= now }) ?? true else { return }
        do {
            try store.save(waiting, beside: alarms)
            (kept, retry) = (waiting, nil)
        } catch {
            retry = now + Self.pause
        }
    }
}
