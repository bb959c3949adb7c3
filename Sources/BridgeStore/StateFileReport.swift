import FoundationEssentials
import GRDB
package import Glibc

/// A state file as it lies there, for those who only look: nothing is made, changed or set aside.
package struct StateFileReport {
    /// Another process has it open.
    package let isInUse: Bool
    /// Others than its owner can read or write it.
    package let isOpenToOthers: Bool
    package let owner: uid_t
    /// What SQLite has against it; nil for nothing, and where it is in use.
    package private(set) var damage: String?
    /// Whose it is; nil for nobody's yet, and where it is in use.
    package private(set) var devEUI: String?

    /// - Returns: nil when there is no such file.
    package init?(path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw .unusable(path: path, reason: String(cString: strerror(errno)))
        }
        owner = status.st_uid
        isOpenToOthers = status.st_mode & 0o077 != 0
        do {
            // Held while it is read, so that no service starts to write meanwhile.
            let lock = try FileLock(path: path)
            isInUse = false
            (damage, devEUI) = withExtendedLifetime(lock) { Self.read(path) }
        } catch .inUse {
            isInUse = true
        }
    }

    private static func read(_ path: String) -> (damage: String?, devEUI: String?) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "p1lora doctor"
            return try DatabaseQueue(path: path, configuration: configuration).read { database in
                let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
                guard verdict == "ok" else { return (verdict, nil) }
                guard try database.tableExists("device") else { return (nil, nil) }
                return (nil, try String.fetchOne(database, sql: "SELECT dev_eui FROM device WHERE id = 1"))
            }
        } catch {
            // Its own description may show the row, and keys are in it.
            return ((error as? DatabaseError)?.message ?? "it can't be read", nil)
        }
    }
}
