import FoundationEssentials
import GRDB
import Timekeeping

/// Stores what waits to be sent whenever that changes, which is rare: an alarm, a downlink.
final class WaitingKeeper {
    private let store: StateStore
    private var kept = WaitingUplinks()
    private var retry: MonotonicInstant?

    /// A disk that fails is asked again after so long.
    private static let pause = TimeSpan.seconds(30)

    /// What was found at the start.
    let found: WaitingUplinks

    /// - Parameter trouble: told when what is stored can't be read; nothing waits then.
    init(_ store: StateStore, trouble: (String) -> Void) {
        self.store = store
        do {
            let record = try store.read { database in
                try Row.fetchOne(database, sql: "SELECT record FROM waiting WHERE id = 1")?
                    .decode(Data.self, forColumn: "record")
            }
            kept = try record.map { try JSONDecoder().decode(WaitingUplinks.self, from: $0) } ?? kept
        } catch {
            trouble("the alarms and answers that waited to be sent can't be read: \(error)")
        }
        found = kept
    }

    /// The device's own records and the meters' tell of a disk that does not take it.
    func keep(_ waiting: WaitingUplinks, at now: MonotonicInstant) {
        guard waiting != kept, retry.map({ $0 <= now }) ?? true else { return }
        do {
            let record = try JSONEncoder().encode(waiting)
            try store.write { database in
                try database.execute(
                    sql: "INSERT INTO waiting VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                    arguments: [record])
            }
            (kept, retry) = (waiting, nil)
        } catch {
            retry = now + Self.pause
        }
    }
}
