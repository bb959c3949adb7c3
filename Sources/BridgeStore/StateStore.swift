import FoundationEssentials
import GRDB
import Glibc
import HardwareInterfaces
import LinuxHardware
package import LoRaWAN
import Synchronization

/// The one file of the bridge, and the small one beside it: what it must not forget when the power fails.
///
/// Each change is one transaction that is on the disk when the call returns (WAL, synchronous = FULL): the frame counter
/// is saved before the frame is sent. A file that is damaged is set aside and a new one begun, one that was deleted is
/// written anew, and one on a disk that failed is opened again: at each change, until it works.
package final class StateStore: Sendable {
    let path: String
    let safety: SafetyFile
    let unstored = UnstoredIntervals()
    let devEUI: DevEUI
    private let opener: StateOpener
    private let opened: Mutex<OpenDatabase>
    private let faults: DiskFaults?
    private let incidents = Mutex(Incidents())

    private struct Incidents {
        /// What nobody was told yet.
        var waiting: [StoreIncident] = []
        var report: (@Sendable (StoreIncident) -> Void)?
    }

    /// Opens the file, or makes it readable for its owner only, because session keys are in it.
    /// - Parameters:
    ///   - faults: the disk of a simulation.
    ///   - progress: called while a damaged file is rescued, which may take minutes, with what is done; in any thread.
    /// - Throws: ``StoreError/openToOthers(path:)``, or why it can't be used.
    package init(
        path: String, devEUI: DevEUI, faults: DiskFaults? = nil,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StoreError) {
        self.path = path
        self.devEUI = devEUI
        self.faults = faults
        do {
            if let slash = path.lastIndex(of: "/") { try Folder.make(String(path[...slash])) }
        } catch {
            throw StoreError.unusable(path: error.device, reason: error.message)
        }
        try Self.refuseOpenFiles(path)
        safety = try SafetyFile(path: path + "-safety", faults: faults)
        opener = StateOpener(path: path, devEUI: devEUI, progress: progress)
        let (database, incident) = try opener.openAtStart()
        opened = Mutex(database)
        if let incident { note(incident) }
    }

    private static func refuseOpenFiles(_ path: String) throws(StoreError) {
        for suffix in ["", "-wal", "-safety"] {
            var status = stat()
            if stat(path + suffix, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 {
                throw .openToOthers(path: path + suffix)
            }
        }
    }

    /// Calls `report` with what has happened to the file, and with what happens from now on, in any thread.
    package func onIncident(_ report: @escaping @Sendable (StoreIncident) -> Void) {
        let waiting = incidents.withLock { incidents in
            defer { incidents = Incidents(report: report) }
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

    // MARK: Reading and writing

    func read<Value>(_ query: (Database) throws -> Value) throws(StoreError) -> Value {
        var database = opened.withLock { $0 }
        for _ in 0..<Self.looks {
            do {
                return try read(database, query)
            } catch .damaged(let path, let reason) {
                database = try mend(database, after: .damaged(path: path, reason: reason))
            }
        }
        return try read(database, query)
    }

    /// Damage is believed the second time.
    private static let looks = 2

    /// One transaction, on the disk when this returns.
    /// - Parameter isLast: the service ends: on the disk when the store is closed, all of this kind at once. A disk that
    ///   takes seconds for each must not outlast the service manager's patience.
    func write(isLast: Bool = false, _ changes: (Database) throws -> Void) throws(StoreError) {
        var database = opened.withLock { $0 }
        for look in 1...Self.looks {
            do {
                return try write(database, isLast: isLast, changes)
            } catch .powerCut {
                throw .powerCut
            } catch {
                guard look == 1 || error.isDamage else { throw error }
                database = try mend(database, after: error)
            }
        }
        try write(database, isLast: isLast, changes)
    }

    private func read<Value>(
        _ database: OpenDatabase, _ query: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            if let fault = faults?(.reading) { throw fault.error(path) }
            return try database.whileOpen { try $0.read(query) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func write(
        _ database: OpenDatabase, isLast: Bool, _ changes: (Database) throws -> Void
    ) throws(StoreError) {
        do {
            if let fault = faults?(.beforeStoring(.database)) { throw fault.error(path) }
            try database.whileOpen { queue in
                guard try database.lock.standing(at: path) == .inPlace else { throw StoreError.replaced(path: path) }
                try isLast ? database.writeUntilClosed(changes) : queue.write(changes)
            }
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
            failed.close(after: error)
            return failed.isDoubted.load(ordering: .relaxed)
                ? try opener.beginAnew(after: reason, lock: failed.lock) : try opener.lookAgain(lock: failed.lock)
        case .replaced: return try replacementOfLost(failed)
        case .unusable:
            switch try failed.lock.standing(at: path) {
            case .inPlace, .emptied: return try opener.open(lock: failed.lock)
            case .replaced: return try opener.open()
            case .deleted: throw error
            }
        default: throw error
        }
    }

    private func replacementOfLost(_ failed: OpenDatabase) throws(StoreError) -> (OpenDatabase, StoreIncident?) {
        let (database, incident): (OpenDatabase, StoreIncident?)
        switch try failed.lock.standing(at: path) {
        case .inPlace: return try opener.open(lock: failed.lock)
        case .deleted:
            // It is there as long as it is open.
            return try opener.restore(failed.queue)
        case .emptied:
            // What SQLite remembers of it must not be mixed with what comes.
            failed.close(after: .replaced(path: path))
            (database, incident) = try opener.open(lock: failed.lock)
        case .replaced: (database, incident) = try opener.open()
        }
        return (database, incident ?? .replaced(path: path))
    }
}
