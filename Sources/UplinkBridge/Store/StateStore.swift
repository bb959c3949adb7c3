import FoundationEssentials
import GRDB
public import LoRaWAN

/// The one file of the bridge: what it must not forget when the power fails.
///
/// Each change is one transaction that is on the disk when the call returns (WAL, synchronous = FULL): the frame counter
/// is saved before the frame is sent.
public final class StateStore: Sendable {
    private let path: String
    private let database: DatabaseQueue
    private let lock: FileLock

    /// Opens the file, or makes it readable for its owner only, because session keys are in it.
    public init(path: String, devEUI: DevEUI) throws(StoreError) {
        self.path = path
        do {
            lock = try Self.prepareFile(path)
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.label = "p1lora state"
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            database = try DatabaseQueue(path: path, configuration: configuration)
            guard try database.read(Self.schema.hasBeenSuperseded) == false else {
                throw StoreError.newerVersion(path: path)
            }
            try Self.schema.migrate(database)
            try Self.claim(database, path: path, devEUI: devEUI)
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    deinit {
        // Before the lock is let go of: nobody else may open the file until this process is done with it.
        try? database.close()
    }

    private static func prepareFile(_ path: String) throws -> FileLock {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try FileLock(path: path)
    }

    private static var schema: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 LoRaWAN device") { database in
            // One row: the bridge has one radio.
            try database.execute(
                sql: """
                    CREATE TABLE device (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        dev_eui TEXT NOT NULL,
                        next_dev_nonce INTEGER NOT NULL DEFAULT 0,
                        state BLOB
                    )
                    """)
        }
        migrator.registerMigration("2 meters and their quarter-hours") { database in
            try database.execute(
                sql: """
                    CREATE TABLE meter (
                        name TEXT PRIMARY KEY,
                        memory BLOB NOT NULL
                    ) WITHOUT ROWID;
                    -- The register's value at the boundary, in Wh, varh, VAh, dm3 or MJ; boundary: quarter-hours since 2020.
                    CREATE TABLE interval (
                        meter TEXT NOT NULL,
                        code TEXT NOT NULL,
                        boundary INTEGER NOT NULL,
                        series INTEGER NOT NULL,
                        value INTEGER NOT NULL,
                        PRIMARY KEY (meter, code, boundary)
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("3 pulses") { database in
            try database.execute(sql: "CREATE TABLE pulse (meter TEXT PRIMARY KEY, count BLOB NOT NULL) WITHOUT ROWID")
        }
        migrator.registerMigration("4 settings of downlinks") { database in
            try database.execute(
                sql: "CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), record BLOB NOT NULL)")
        }
        migrator.registerMigration("5 module") { database in
            try database.execute(sql: "ALTER TABLE device ADD COLUMN module BLOB")
        }
        return migrator
    }

    private static func claim(_ database: DatabaseQueue, path: String, devEUI: DevEUI) throws {
        try database.write { database in
            let found = try String.fetchOne(database, sql: "SELECT dev_eui FROM device WHERE id = 1")
            if let found {
                guard found == devEUI.description else {
                    throw StoreError.otherDevice(path: path, found: found, expected: devEUI.description)
                }
            } else {
                try database.execute(
                    sql: "INSERT INTO device (id, dev_eui) VALUES (1, ?)", arguments: [devEUI.description])
            }
        }
    }

    /// What was saved last.
    public func device() throws(StoreError) -> StoredDevice {
        try read { database in
            let row = try Row.fetchOne(database, sql: "SELECT next_dev_nonce, state, module FROM device WHERE id = 1")
            // Decoded with care: a damaged file may hold values of any type.
            let state = try row?.decode(Data?.self, forColumn: "state")
            let nonce = try row?.decode(Int64.self, forColumn: "next_dev_nonce") ?? 0
            let module = try row?.decode(Data?.self, forColumn: "module")
            return StoredDevice(
                state: state.map { [UInt8]($0) }, nextDevNonce: UInt32(clamping: nonce),
                module: module.map { [UInt8]($0) })
        }
    }

    /// Returns when the record is on the disk.
    public func save(_ device: StoredDevice) throws(StoreError) {
        try write { [path] database in
            try database.execute(
                sql: """
                    UPDATE device SET state = ?, next_dev_nonce = max(next_dev_nonce, ?), module = coalesce(?, module)
                    WHERE id = 1
                    """,
                arguments: [
                    device.state.map { Data($0) }, Int64(device.nextDevNonce), device.module.map { Data($0) },
                ])
            guard database.changesCount == 1 else { throw StoreError.replaced(path: path) }
        }
    }

    func read<Value>(_ query: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try database.read(query)
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// One transaction, on the disk when this returns.
    func write(_ changes: (Database) throws -> Void) throws(StoreError) {
        do {
            guard lock.holdsWhatIsAtItsPath else { throw StoreError.replaced(path: path) }
            try database.write(changes)
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    private static func failure(_ error: any Error, path: String) -> StoreError {
        if let error = error as? StoreError { return error }
        // Its own description shows the row, and keys are in it.
        if error is RowDecodingError { return .damaged(path: path, reason: "a value has the wrong type") }
        guard let error = error as? DatabaseError else { return .unusable(path: path, reason: "\(error)") }
        let reason = error.message ?? "\(error)"
        return switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR: .damaged(path: path, reason: reason)
        default: .unusable(path: path, reason: reason)
        }
    }
}

/// The LoRaWAN device in the store.
public struct StoredDevice: Hashable, Sendable {
    /// `DeviceState.encoded()`; nil before the first save.
    public var state: [UInt8]?
    /// Beside the record and not only in it: should the record be damaged, no nonce is used twice all the same.
    public var nextDevNonce: UInt32
    /// `RN2483Record.encoded`; nil before the first of a module, and where another radio saves: what is there stays.
    public var module: [UInt8]?

    public init(state: [UInt8]?, nextDevNonce: UInt32, module: [UInt8]? = nil) {
        self.state = state
        self.nextDevNonce = nextDevNonce
        self.module = module
    }
}
