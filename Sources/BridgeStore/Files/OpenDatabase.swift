import FoundationEssentials
import GRDB
import LoRaWAN
import Synchronization

/// The state file, open, checked, and of this device.
final class OpenDatabase: Sendable {
    let queue: DatabaseQueue
    let lock: FileLock
    /// It was opened because a query had found damage. The next time it is believed.
    let isDoubted = Atomic(false)
    /// Why it was closed before there was another in its place; nil while it is open.
    private let failure = Mutex<StoreError?>(nil)

    /// - Parameters:
    ///   - lock: one that is held on the file already; to take another would let go of it.
    ///   - isAlone: no other process may read it meanwhile; it then needs no file in memory for the index of its log, for
    ///     which a full disk has no room.
    /// - Throws: ``StoreError/damaged(path:reason:)`` when what is there is not what this program wrote.
    init(path: String, devEUI: DevEUI, lock: FileLock? = nil, isAlone: Bool = false) throws(StoreError) {
        do {
            self.lock = try lock ?? FileLock(path: path)
            var configuration = Configuration()
            configuration.label = "p1lora state"
            configuration.prepareDatabase { database in
                if isAlone { try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
                // Not by GRDB's own `journalMode`: that sets synchronous = NORMAL behind us, and a commit would be on the disk
                // minutes later.
                try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read(StateSchema.migrator.hasBeenSuperseded) == false else {
                throw StoreError.newerVersion(path: path)
            }
            try Self.check(queue, path: path)
            try StateSchema.migrator.migrate(queue)
            try Self.claim(queue, path: path, devEUI: devEUI)
            // SQLite asks for the name of its log to be kept once, and does not look whether it was.
            try Directory.sync(of: path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// One transaction that is on the disk when the file is closed, which syncs the log before it empties it. What others
    /// write meanwhile is on the disk when they return, as ever.
    func writeUntilClosed(_ changes: (Database) throws -> Void) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            let result = Result {
                try database.inTransaction(.immediate) {
                    try changes(database)
                    return .commit
                }
            }
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try result.get()
        }
    }

    /// Lets go of a file that is of no more use. Whoever asks it from now on is told why.
    func close(after error: StoreError) {
        failure.withLock { $0 = error }
        try? queue.close()
    }

    /// - Throws: why it was closed: SQLite itself would crash.
    func whileOpen<Value>(_ work: (DatabaseQueue) throws -> Value) throws -> Value {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return try work(queue)
    }

    /// Of all tables.
    func countRows() throws(StoreError) -> Int {
        do {
            return try queue.read { database in
                try StateSchema.tables.reduce(0) { count, table in
                    try count + (Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0)
                }
            }
        } catch {
            throw StoreError(error, path: queue.path)
        }
    }

    deinit {
        // Before the lock is let go of: nobody else may open the file until this process is done with it.
        try? queue.close()
    }

    /// The small tables, whole. The quarter-hours are hundreds of thousands of rows: what is damaged in them shows when
    /// they are read or written.
    private static func check(_ queue: DatabaseQueue, path: String) throws {
        try queue.read { database in
            for table in StateSchema.smallTables where try database.tableExists(table) {
                let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(\(table))") ?? "no answer"
                guard finding == "ok" else { throw StoreError(finding: finding, path: path) }
            }
        }
    }

    private static func claim(_ queue: DatabaseQueue, path: String, devEUI: DevEUI) throws {
        let found = try queue.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT * FROM device WHERE id = 1")
            if let row { _ = try StoredDevice(row) }
            return try row?.decode(String.self, forColumn: "dev_eui")
        }
        guard let found else {
            return try queue.write { database in
                try database.execute(
                    sql: "INSERT INTO device (id, dev_eui) VALUES (1, ?)", arguments: [devEUI.description])
            }
        }
        guard found == devEUI.description else {
            throw StoreError.otherDevice(path: path, found: found, expected: devEUI.description)
        }
    }
}

extension StoreError {
    /// SQLite's check gives what it could not read as a finding, with its code: that is no damage, for it may pass.
    init(finding: String, path: String) {
        let code = finding.firstMatch(of: /error code[=: ]+(\d+)/).flatMap { Int32($0.1) }.map { $0 & 0xFF }
        let isUnread = code == ResultCode.SQLITE_IOERR.rawValue || code == ResultCode.SQLITE_NOMEM.rawValue
        self = isUnread ? .unusable(path: path, reason: finding) : .damaged(path: path, reason: finding)
    }

    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
        } else if error is RowDecodingError {
            // Its own description shows the row, and keys are in it.
            self = .damaged(path: path, reason: "a value has the wrong type")
        } else if let error = error as? DatabaseError {
            let reason = error.message ?? "\(error.resultCode)"
            self =
                switch error.resultCode {
                case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR: .damaged(path: path, reason: reason)
                default: .unusable(path: path, reason: reason)
                }
        } else {
            self = .unusable(path: path, reason: "\(error)")
        }
    }
}
