import FoundationEssentials
import GRDB
import HardwareInterfaces
import LinuxHardware
public import LoRaWAN
import Synchronization

/// The one file of the bridge, and the small one beside it: what it must not forget when the power fails.
///
/// Each change is one transaction that is on the disk when the call returns (WAL, synchronous = FULL): the frame counter
/// is saved before the frame is sent. A file that is damaged is set aside and a new one begun, one that was deleted is
/// written anew, and one on a disk that failed is opened again: at each change, until it works.
public final class StateStore: Sendable {
    let path: String
    let safety: SafetyFile
    let unstored = UnstoredIntervals()
    let devEUI: DevEUI
    private let opened: Mutex<OpenDatabase>
    private let faults: DiskFaults?
    private let incidents = Mutex<(waiting: [StoreIncident], report: (@Sendable (StoreIncident) -> Void)?)>(([], nil))

    /// Opens the file, or makes it readable for its owner only, because session keys are in it.
    /// - Parameter faults: the disk of a simulation.
    public init(path: String, devEUI: DevEUI, faults: DiskFaults? = nil) throws(StoreError) {
        self.path = path
        self.devEUI = devEUI
        self.faults = faults
        do {
            if let slash = path.lastIndex(of: "/") { try Folder.make(String(path[...slash])) }
        } catch {
            throw StoreError.unusable(path: error.device, reason: error.message)
        }
        safety = try SafetyFile(path: path + "-safety", faults: faults)
        let (database, incident) = try Self.open(path, devEUI)
        opened = Mutex(database)
        if let incident { note(incident) }
    }

    /// Calls `report` with what has happened to the file, and with what happens from now on, in any thread.
    public func onIncident(_ report: @escaping @Sendable (StoreIncident) -> Void) {
        let waiting = incidents.withLock { incidents in
            defer { incidents = ([], report) }
            return incidents.waiting
        }
        for incident in waiting { report(incident) }
    }

    func note(_ incident: StoreIncident) {
        let report = incidents.withLock { incidents in
            if incidents.report == nil { incidents.waiting.append(incident) }
            return incidents.report
        }
        report?(incident)
    }

    /// Opens the file; one that is damaged is set aside, and a new one begun.
    private static func open(
        _ path: String, _ devEUI: DevEUI, lock: FileLock? = nil
    ) throws(StoreError) -> (OpenDatabase, StoreIncident?) {
        do {
            return (try OpenDatabase(path: path, devEUI: devEUI, lock: lock), nil)
        } catch .damaged(_, let reason) {
            return try beginAnew(path, devEUI, reason: reason)
        } catch .unusable(let path, let reason) {
            if let database = try? OpenDatabase(path: path, devEUI: devEUI, lock: lock, isAlone: true) {
                return (database, nil)
            }
            throw .unusable(path: path, reason: reason)
        }
    }

    private static func beginAnew(
        _ path: String, _ devEUI: DevEUI, reason: String
    ) throws(StoreError) -> (OpenDatabase, StoreIncident?) {
        let aside = try DamagedFile.setAside(path)
        let fresh = try OpenDatabase(path: path, devEUI: devEUI)
        let rows = DamagedFile.salvage(from: aside, into: fresh.queue)
        return (fresh, .setAside(path: path, keptAs: aside, reason: reason, rows: rows))
    }

    // MARK: Reading and writing

    func read<Value>(_ query: (Database) throws -> Value) throws(StoreError) -> Value {
        let database = opened.withLock { $0 }
        do {
            return try read(database, query)
        } catch .damaged(let path, let reason) {
            return try read(mend(database, after: .damaged(path: path, reason: reason)), query)
        }
    }

    /// One transaction, on the disk when this returns.
    func write(_ changes: (Database) throws -> Void) throws(StoreError) {
        let database = opened.withLock { $0 }
        do {
            try write(database, changes)
        } catch .powerCut {
            throw .powerCut
        } catch {
            try write(mend(database, after: error), changes)
        }
    }

    private func read<Value>(
        _ database: OpenDatabase, _ query: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            if let fault = faults?(.reading) { throw fault.error(path) }
            return try database.queue.read(query)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func write(_ database: OpenDatabase, _ changes: (Database) throws -> Void) throws(StoreError) {
        do {
            if let fault = faults?(.beforeStoring(.database)) { throw fault.error(path) }
            guard database.lock.holdsFile(at: path), !database.lock.isEmptied else {
                throw StoreError.replaced(path: path)
            }
            try database.queue.write(changes)
            if let fault = faults?(.stored(.database)) { throw fault.error(path) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    // MARK: Mending

    /// Puts another open file in the place of one that has failed.
    /// - Throws: the error itself where nothing can be done.
    private func mend(_ failed: OpenDatabase, after error: StoreError) throws(StoreError) -> OpenDatabase {
        let (database, incident) = try opened.withLock { current throws(StoreError) in
            // Another thread may have done it.
            guard current === failed else { return (current, StoreIncident?.none) }
            let (database, incident) = try replacement(of: failed, after: error)
            current = database
            return (database, incident)
        }
        if let incident { note(incident) }
        return database
    }

    private func replacement(
        of failed: OpenDatabase, after error: StoreError
    ) throws(StoreError) -> (OpenDatabase, StoreIncident?) {
        switch error {
        case .damaged(_, let reason):
            try? failed.queue.close()
            return try Self.beginAnew(path, devEUI, reason: reason)
        case .replaced where FileManager.default.fileExists(atPath: path):
            var lock: FileLock?
            if failed.lock.holdsFile(at: path) {
                // Emptied: what SQLite remembers of it must not be mixed with what comes.
                try? failed.queue.close()
                lock = failed.lock
            }
            let (database, incident) = try Self.open(path, devEUI, lock: lock)
            return (database, incident ?? .replaced(path: path))
        case .replaced:
            // What was deleted is there as long as it is open.
            let fresh = try OpenDatabase(path: path, devEUI: devEUI)
            return (fresh, .restored(path: path, rows: DamagedFile.copy(from: failed.queue, into: fresh.queue)))
        case .unusable where failed.lock.holdsFile(at: path):
            return try Self.open(path, devEUI, lock: failed.lock)
        case .unusable where FileManager.default.fileExists(atPath: path):
            return try Self.open(path, devEUI)
        default: throw error
        }
    }
}
