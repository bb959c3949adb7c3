import FoundationEssentials
import GRDB
import Glibc

/// An event that a broker is to have.
package struct BaseEventRecord: Hashable, Sendable {
    /// In the order of the events.
    package let number: Int64
    package let topic: String
    package let payload: String

    package init(number: Int64, topic: String, payload: String) {
        (self.number, self.topic, self.payload) = (number, topic, payload)
    }
}

/// The file of a base: one record, and the events that the broker has not taken. Both are on the disk when a call returns (WAL,
/// synchronous = FULL).
///
/// A file that is damaged is set aside and a new one begun: the devices then join anew.
package final class BaseStore: Sendable {
    private let queue: DatabaseQueue
    private let lock: FileLock
    private let path: String
    /// What was wrong with the file that was there; nil where nothing was.
    package let damage: String?

    /// - Throws: where the file can't be opened at all, or another process has it.
    package convenience init(path: String) throws(StoreError) { try self.init(path: path, opening: Self.open) }

    /// - Parameter opening: opens the file; tests let it fail.
    init(path: String, opening: (String) throws(StoreError) -> DatabaseQueue) throws(StoreError) {
        self.path = path
        var lock = try FileLock(path: path)
        do {
            queue = try Self.openWhole(path, opening)
            damage = nil
        } catch {
            guard error.isDamage, rename(path, path + ".damaged") == 0 else { throw error }
            for ending in ["-wal", "-shm"] { unlink(path + ending) }
            // It is on the file that was there.
            lock = try FileLock(path: path)
            queue = try opening(path)
            damage = error.description
        }
        self.lock = lock
    }

    /// From 40 to 500 ms: a second and a half.
    private static let patientAttempts = 3..<8

    /// A disk that fails is asked again, for it may only just have been switched on, and may look like one that is damaged.
    private static func openWhole(
        _ path: String, _ opening: (String) throws(StoreError) -> DatabaseQueue
    ) throws(StoreError) -> DatabaseQueue {
        var isDoubted = false
        for attempt in patientAttempts {
            do {
                return try opening(path)
            } catch {
                switch error {
                case .unusable: break
                case .damaged where !isDoubted: isDoubted = true
                default: throw error
                }
                Retry.pause(after: attempt)
            }
        }
        return try opening(path)
    }

    static func open(_ path: String) throws(StoreError) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.label = "p1lora base"
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS base (id INTEGER PRIMARY KEY CHECK (id = 1), record BLOB NOT NULL);
                        CREATE TABLE IF NOT EXISTS event
                            (number INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload TEXT NOT NULL)
                        """)
                let finding = try String.fetchOne(database, sql: "PRAGMA quick_check") ?? "no answer"
                guard finding == "ok" else { throw StoreError(finding: finding, path: path) }
            }
            return queue
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// nil before the first.
    package func record() throws(StoreError) -> [UInt8]? {
        do {
            return try queue.read { try Data.fetchOne($0, sql: "SELECT record FROM base WHERE id = 1") }.map {
                [UInt8]($0)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Events that the broker has not taken, in their order.
    package func events() throws(StoreError) -> [BaseEventRecord] {
        do {
            return try queue.read { database in
                try Row.fetchAll(database, sql: "SELECT number, topic, payload FROM event ORDER BY number").map {
                    BaseEventRecord(number: $0["number"], topic: $0["topic"], payload: $0["payload"])
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// All of it is on the disk, or nothing.
    /// - Parameters:
    ///   - record: nil where it is as it was.
    ///   - events: what the broker is to have.
    ///   - taken: numbers of events that it has.
    package func save(
        _ record: [UInt8]?, events: [BaseEventRecord] = [], taken: [Int64] = []
    ) throws(StoreError) {
        // A file that somebody has deleted takes all, and keeps nothing.
        guard lock.holdsFile(at: path) else { throw .replaced(path: path) }
        do {
            try queue.write { database in
                if let record {
                    try database.cachedStatement(
                        sql: "INSERT INTO base VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record"
                    ).execute(arguments: [Data(record)])
                }
                for event in events {
                    try database.cachedStatement(sql: "INSERT INTO event VALUES (?, ?, ?)")
                        .execute(arguments: [event.number, event.topic, event.payload])
                }
                for number in taken {
                    try database.cachedStatement(sql: "DELETE FROM event WHERE number = ?").execute(arguments: [number])
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
