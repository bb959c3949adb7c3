import FoundationEssentials
import GRDB
import Glibc

/// Makes a new state file of what can be read of another, beside it, and puts it in its place when it is whole.
///
/// Until then the old file keeps its name, and the next start that finds it begins anew: an interrupted rescue loses
/// nothing. The new one is `-rescue` while it is filled and `-rescued` when all of it is on the disk; a start that finds
/// that name has only to put it in place.
struct Rescue {
    let path: String
    /// Called between portions with the rows so far: whoever waits for the start must know that it goes on.
    let progress: @Sendable (Int) -> Void

    private var unfinished: String { path + "-rescue" }
    private var finished: String { path + "-rescued" }

    /// - Parameter source: nil where nothing of it can be read.
    /// - Returns: how many rows were copied.
    /// - Throws: where there is no room, or the disk fails: nothing has changed then.
    func copy(from source: DatabaseQueue?) throws(StoreError) -> Int {
        while true {
            do {
                return try copyOnce(from: source)
            } catch {
                try? Names.remove(unfinished, unfinished + "-wal", unfinished + "-shm")
                // What is kept only to be looked at gives way to what is to be rescued.
                guard case .full = error, DamagedFile.dropOldest(of: path) else { throw error.ofStore(path) }
            }
        }
    }

    private func copyOnce(from source: DatabaseQueue?) throws(RescueError) -> Int {
        do {
            try Names.remove(unfinished, unfinished + "-wal", unfinished + "-shm")
            let lock = try FileLock(path: unfinished)
            let rows = try withExtendedLifetime(lock) { try fill(from: source) }
            try Retry.whileDiskFails {
                guard fsync(lock.descriptor) == 0 else { throw StoreError.system(unfinished) }
            }
            guard rename(unfinished, finished) == 0 else { throw StoreError.system(unfinished) }
            try Directory.sync(of: path)
            return rows
        } catch {
            throw RescueError(error)
        }
    }

    /// Nothing of it counts before the file has its other name: only that needs to be on the disk.
    private func fill(from source: DatabaseQueue?) throws -> Int {
        var configuration = Configuration()
        configuration.label = "p1lora rescue"
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
                    PRAGMA wal_autocheckpoint = \(Self.pagesOfLog)
                    """)
        }
        let fresh = try Retry.whileDiskFails { try DatabaseQueue(path: unfinished, configuration: configuration) }
        defer { try? fresh.close() }
        try Retry.whileDiskFails { try StateSchema.migrator.migrate(fresh) }
        var rows = 0
        if let source {
            for table in StateSchema.tables {
                rows += try TableRescue(table: table, source: source, fresh: fresh) { progress(rows + $0) }.copy()
            }
        }
        try Retry.whileDiskFails {
            try fresh.write { database in
                for repair in StateSchema.repairs { try database.execute(sql: repair) }
            }
        }
        try Retry.whileDiskFails {
            // The log would not go with the file.
            guard try fresh.writeWithoutTransaction({ try $0.checkpoint(.truncate) }).walFrameCount == 0 else {
                throw StoreError.unusable(path: unfinished, reason: "its log can't be emptied")
            }
        }
        return rows
    }

    /// A log this small is emptied even where the disk refuses one write in twenty-five.
    private static let pagesOfLog = 32

    /// Whether a rescue that was interrupted has only to be put in place.
    func isFinished() throws(StoreError) -> Bool { try Names.exist(finished) }

    /// Gives the old file a dated name, and the new one its own.
    func putInPlace() throws(StoreError) {
        try DamagedFile.setAside(path)
        guard rename(finished, path) == 0 else { throw .system(finished) }
        try Directory.sync(of: path)
    }
}

/// Why a rescue can't be finished now.
private enum RescueError: Error {
    case full
    case other(StoreError)

    init(_ error: any Error) {
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_FULL {
            self = .full
        } else if case .unusable(_, String(cString: strerror(ENOSPC)))? = error as? StoreError {
            self = .full
        } else if let error = error as? StoreError {
            self = .other(error)
        } else {
            self = .other(.unusable(path: "", reason: (error as? DatabaseError)?.message ?? "\(error)"))
        }
    }

    /// Never damage: the file that it would be of is not the one in use.
    func ofStore(_ path: String) -> StoreError {
        switch self {
        case .full:
            .unusable(path: path, reason: "it is damaged, and there is no room to rescue what is in it")
        case .other(.unusable(_, let reason)), .other(.damaged(_, let reason)):
            .unusable(path: path, reason: "it is damaged, and the rescue failed: \(reason)")
        case .other(let error): error
        }
    }
}
