import FoundationEssentials
import GRDB
import Glibc
import LinuxHardware
import Timekeeping

/// A state file that is no more of use: it is put aside for a person to look at, and what can be read of it carried over.
enum DamagedFile {
    /// So many are kept; a disk that damages each new file must not be filled by them.
    static let mostKept = 3
    /// Rows that are carried over at once: the new file's log stays small.
    private static let portion = 5_000

    /// Gives the file a dated name beside its own.
    /// - Returns: where it is now.
    static func setAside(_ path: String) throws(StoreError) -> String {
        let now = LinuxClock().utc
        let milliseconds = String(1_000 + now.nanoseconds / 1_000_000 % 1_000).dropFirst()
        let aside =
            "\(path)-damaged-" + now.description.filter { $0 != "-" && $0 != ":" && $0 != "Z" } + ".\(milliseconds)Z"
        guard rename(path, aside) == 0 else { throw .system(path) }
        // The log belongs to it; the index of the log is made anew.
        _ = rename(path + "-wal", aside + "-wal")
        unlink(path + "-shm")
        Directory.sync(of: path)
        prune(path)
        return aside
    }

    private static func prune(_ path: String) {
        let url = URL(filePath: path)
        let (folder, prefix) = (url.deletingLastPathComponent(), url.lastPathComponent + "-damaged-")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let kept = names.filter { $0.hasPrefix(prefix) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.sorted()
        for name in kept.dropLast(mostKept) {
            for suffix in ["", "-wal", "-shm"] { unlink(folder.appending(path: name + suffix).path) }
        }
    }

    /// Carries over what can be read, from both ends of each table up to where it is damaged.
    /// - Returns: how many rows.
    static func salvage(from path: String, into fresh: DatabaseQueue) -> Int {
        var configuration = Configuration()
        configuration.label = "p1lora damaged state"
        guard let damaged = try? DatabaseQueue(path: path, configuration: configuration) else { return 0 }
        defer { try? damaged.close() }
        return copy(from: damaged, into: fresh)
    }

    static func copy(from source: DatabaseQueue, into fresh: DatabaseQueue) -> Int {
        StateSchema.tables.reduce(0) { count, table in
            let forward = copy(table, from: source, into: fresh, order: "ASC")
            let backward = forward.isWhole ? 0 : copy(table, from: source, into: fresh, order: "DESC").rows
            return count + forward.rows + backward
        }
    }

    private static func copy(
        _ table: String, from source: DatabaseQueue, into fresh: DatabaseQueue, order: String
    ) -> (rows: Int, isWhole: Bool) {
        var copied = 0
        do {
            try source.read { database in
                let keys = try fresh.read { try $0.primaryKey(table).columns }
                let columns = try fresh.read { try $0.columns(in: table).map(\.name) }
                let present = try database.columns(in: table).map(\.name).filter(columns.contains)
                let list = present.joined(separator: ", ")
                let marks = present.map { _ in "?" }.joined(separator: ", ")
                // The row of a device that has just been begun gives way.
                let verb = table == "device" ? "REPLACE" : "IGNORE"
                let sort = keys.map { "\($0) \(order)" }.joined(separator: ", ")
                let rows = try Row.fetchCursor(database, sql: "SELECT \(list) FROM \(table) ORDER BY \(sort)")
                var portion: [[DatabaseValue]] = []
                func store() throws {
                    guard !portion.isEmpty else { return }
                    copied += try fresh.write { database in
                        let statement = try database.makeStatement(
                            sql: "INSERT OR \(verb) INTO \(table) (\(list)) VALUES (\(marks))")
                        let before = database.totalChangesCount
                        for values in portion { try statement.execute(arguments: StatementArguments(values)) }
                        return database.totalChangesCount - before
                    }
                    portion = []
                }
                do {
                    while let row = try rows.next() {
                        portion.append(Array(row.databaseValues))
                        if portion.count == Self.portion { try store() }
                    }
                } catch {
                    try store()
                    throw error
                }
                try store()
            }
            return (copied, true)
        } catch {
            return (copied, false)
        }
    }
}

/// The folder of a file.
enum Directory {
    /// Makes a rename or a new name in it last. A file system that can't do so has no such need.
    static func sync(of path: String) {
        let descriptor = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
