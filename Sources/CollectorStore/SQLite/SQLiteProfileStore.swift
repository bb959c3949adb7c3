import FoundationEssentials
import GRDB
import Glibc
import LinuxHardware
import LoadProfile
import MeterValues
package import ServerEvents
import Timekeeping

/// Profiles in one SQLite file, which several processes may read and write.
///
/// What a write returns of is on the disk (WAL, synchronous = FULL). The file is its owner's alone: a load profile tells who
/// is at home.
package final class SQLiteProfileStore: ProfileStore {
    let path: String
    private let pool: DatabasePool
    private let askers: AskerLocks

    /// Opens the file, and makes it where there is none.
    /// - Parameter mustExist: a command that only looks makes no file.
    package init(path: String, mustExist: Bool = false) throws(ProfileStoreError) {
        self.path = path
        askers = AskerLocks(path: path + ".asking")
        do {
            try Self.prepare(path, mustExist: mustExist)
            var configuration = Configuration()
            configuration.label = "p1lora profiles"
            configuration.busyMode = .timeout(30)
            configuration.maximumReaderCount = 8
            configuration.prepareDatabase { database in
                if !database.configuration.readonly {
                    try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON")
                }
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -32768")
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            guard try pool.read(ProfileSchema.migrator.hasBeenSuperseded) == false else {
                throw ProfileStoreError.newerVersion(place: path)
            }
            try ProfileSchema.migrator.migrate(pool)
        } catch {
            throw ProfileStoreError(error, place: path)
        }
    }

    private static func prepare(_ path: String, mustExist: Bool) throws {
        if let slash = path.lastIndex(of: "/"), !mustExist { try Folder.make(String(path[...slash])) }
        let descriptor = open(path, O_RDWR | O_CLOEXEC | (mustExist ? 0 : O_CREAT), 0o600)
        guard descriptor >= 0 else {
            throw ProfileStoreError.unusable(place: path, reason: String(cString: strerror(errno)))
        }
        close(descriptor)
    }

    // MARK: Reading and writing

    func read<Value>(_ query: (Database) throws -> Value) throws(ProfileStoreError) -> Value {
        do { return try pool.read(query) } catch { throw ProfileStoreError(error, place: path) }
    }

    func write<Value>(_ change: (Database) throws -> Value) throws(ProfileStoreError) -> Value {
        do { return try pool.write(change) } catch { throw ProfileStoreError(error, place: path) }
    }

    package func write(_ batch: ProfileBatch) throws(ProfileStoreError) -> [UplinkOutcome] {
        try write { try BatchMerge.write(batch, to: SQLiteTables($0)) }
    }

    package func forget(_ device: DeviceIdentifier) throws(ProfileStoreError) -> Bool {
        let wasThere = try write { database in
            try database.execute(
                sql: "DELETE FROM memory WHERE substr(name, 1, 16) = ?", arguments: ["\(device)"])
            try database.execute(sql: "DELETE FROM device WHERE eui = ?", arguments: [device.column])
            return database.changesCount > 0
        }
        try emptyLog()
        return wasThere
    }

    package func forget(before day: Int64) throws(ProfileStoreError) -> Int {
        let count = try write { database in
            try database.execute(sql: "DELETE FROM day WHERE day < ?", arguments: [day])
            let count = database.changesCount
            let first = QuarterHour(startOfDay: day)
            try database.execute(sql: "DELETE FROM series_break WHERE until < ?", arguments: [first.number])
            try database.execute(
                sql: "DELETE FROM message WHERE at < ?", arguments: [first.time.secondsSince1970])
            try database.execute(sql: "DELETE FROM register WHERE last < ?", arguments: [first.number])
            try database.execute(
                sql: "UPDATE register SET first = ? WHERE first < ?", arguments: [first.number, first.number])
            return count
        }
        if count > 0 { try emptyLog() }
        return count
    }

    /// What was deleted is not to stay in the log of writes.
    private func emptyLog() throws(ProfileStoreError) {
        do { try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } } catch {
            // Whoever reads meanwhile keeps the log; the next checkpoint empties it.
            guard (error as? DatabaseError)?.resultCode == .SQLITE_BUSY else {
                throw ProfileStoreError(error, place: path)
            }
        }
    }

    package func backup(to copy: String) throws(ProfileStoreError) {
        guard access(copy, F_OK) != 0 else {
            throw .unusable(place: copy, reason: "is there already and is not written over: choose another name")
        }
        let descriptor = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusable(place: copy, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        do {
            try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        } catch {
            unlink(copy)
            throw ProfileStoreError(error, place: copy)
        }
        guard fsync(descriptor) == 0 else { throw .unusable(place: copy, reason: String(cString: strerror(errno))) }
    }

    package func mayAsk(at server: String) throws(ProfileStoreError) -> Bool { try askers.take(server) }

    package func save(requests: [UInt8], of device: DeviceIdentifier) throws(ProfileStoreError) {
        try write { database in
            try database.execute(
                sql: "UPDATE device SET requests = ? WHERE eui = ?", arguments: [Data(requests), device.column])
        }
    }
}

extension DeviceIdentifier {
    /// SQLite's integers have a sign.
    var column: Int64 { Int64(bitPattern: rawValue) }

    init(column: Int64) { self.init(rawValue: UInt64(bitPattern: column)) }
}

extension ProfileStoreError {
    init(_ error: any Error, place: String) {
        switch error {
        case let error as ProfileStoreError: self = error
        case let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode):
            self = .damaged(place: place, reason: error.message ?? "\(error.resultCode)")
        case let error as DatabaseError:
            self = .unusable(place: place, reason: error.message ?? "SQLite \(error.resultCode)")
        case let error as ProfileError: self = .damaged(place: place, reason: error.description)
        default: self = .unusable(place: place, reason: "\(error)")
        }
    }
}
