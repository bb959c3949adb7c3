import FoundationEssentials
import GRDB
import LoRaWAN
import Synchronization

/// Opens the state file, and rescues one that is damaged.
struct StateOpener: Sendable {
    let path: String
    let devEUI: DevEUI
    /// Told in words what is done while others wait.
    let progress: @Sendable (String) -> Void

    typealias Outcome = (OpenDatabase, StoreIncident?)

    /// As ``open(lock:)``, but a disk that fails is asked again: it may only just have been switched on.
    func openAtStart() throws(StoreError) -> Outcome {
        for attempt in Self.patientAttempts {
            do {
                return try open()
            } catch .unusable {
                Retry.pause(after: attempt)
            }
        }
        do {
            return try open()
        } catch .unusable(let failed, let reason) {
            guard let lock = try? FileLock(path: path), lock.isReadInPart else {
                throw .unusable(path: failed, reason: reason)
            }
            return try beginAnew(after: reason, lock: lock)
        }
    }

    /// From 40 to 500 ms: a second and a half.
    private static let patientAttempts = 3..<8

    /// Opens a file again of which a query has said that it is damaged: what is so is so the second time, too.
    func lookAgain(lock: FileLock) throws(StoreError) -> Outcome {
        let (database, incident) = try open(lock: lock)
        database.isDoubted.store(incident == nil, ordering: .relaxed)
        return (database, incident)
    }

    /// - Parameter lock: one that is held on the file already; to take another would let go of it.
    func open(lock: FileLock? = nil) throws(StoreError) -> Outcome {
        if try finishRescue(lock) {
            let database = try OpenDatabase(path: path, devEUI: devEUI)
            return (
                database, try setAside("a rescue that an earlier start could not finish", rows: database.countRows())
            )
        }
        do {
            return (try openWhole(lock), nil)
        } catch .damaged {
            // A disk that fails may look like one that is damaged.
            do {
                return (try openWhole(lock), nil)
            } catch .damaged(_, let reason) {
                return try beginAnew(after: reason, lock: lock)
            }
        }
    }

    private func openWhole(_ lock: FileLock?) throws(StoreError) -> OpenDatabase {
        do {
            return try OpenDatabase(path: path, devEUI: devEUI, lock: lock)
        } catch .unusable(let path, let reason) {
            do {
                return try OpenDatabase(path: path, devEUI: devEUI, lock: lock, isAlone: true)
            } catch .unusable {
                throw .unusable(path: path, reason: reason)
            }
        }
    }

    /// Rescues what can be read of a damaged file into a new one, or goes on where an earlier try came to its end.
    /// - Throws: where that can't be done now; the file keeps its name then.
    func beginAnew(after reason: String, lock: FileLock?) throws(StoreError) -> Outcome {
        let hasFinished = try finishRescue(lock)
        let isInPlace = try lock?.standing(at: path) == .replaced
        if hasFinished || isInPlace {
            let database = try OpenDatabase(path: path, devEUI: devEUI)
            return (database, try setAside(reason, rows: database.countRows()))
        }
        let lock = if let lock { lock } else { try FileLock(path: path) }
        defer { withExtendedLifetime(lock) {} }
        let rows = try rescue.copy(from: openDamaged())
        try rescue.putInPlace()
        return (try OpenDatabase(path: path, devEUI: devEUI), setAside(reason, rows: rows))
    }

    /// Writes a file that was deleted while it is open anew.
    func restore(_ deleted: DatabaseQueue) throws(StoreError) -> Outcome {
        let rows = try rescue.copy(from: deleted)
        try rescue.putInPlace()
        return (try OpenDatabase(path: path, devEUI: devEUI), .restored(path: path, rows: rows))
    }

    private var rescue: Rescue {
        Rescue(path: path) { [progress, path] in progress("\(path) is damaged: \($0) rows rescued so far") }
    }

    private func setAside(_ reason: String, rows: Int) -> StoreIncident {
        .setAside(path: path, keptAs: DamagedFile.newest(of: path) ?? path, reason: reason, rows: rows)
    }

    /// nil for what is no database at all.
    private func openDamaged() throws(StoreError) -> DatabaseQueue? {
        var configuration = Configuration()
        configuration.label = "p1lora damaged state"
        // Without a file for the index of its log, for which a full disk has no room.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
        do {
            return try Retry.whileDiskFails { try DatabaseQueue(path: path, configuration: configuration) }
        } catch {
            guard Retry.isPassing(error) else { return nil }
            throw StoreError(error, path: path)
        }
    }

    /// - Returns: false where no rescue was left unfinished.
    private func finishRescue(_ lock: FileLock?) throws(StoreError) -> Bool {
        guard try rescue.isFinished() else { return false }
        // Nobody else may be at it.
        let lock =
            if let lock { lock } else if try Names.exist(path) { try FileLock(path: path) } else { FileLock?.none }
        defer { withExtendedLifetime(lock) {} }
        try rescue.putInPlace()
        return true
    }
}
