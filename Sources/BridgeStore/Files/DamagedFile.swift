import FoundationEssentials
import Glibc
import LinuxHardware
import Timekeeping

/// A state file that is no more of use: it is kept under another name for a person to look at.
enum DamagedFile {
    /// So many are kept; a disk that damages each new file must not be filled by them.
    static let mostKept = 3

    /// Gives the file, where there is one, a dated name beside its own. Its log goes with it; the index of the log is made
    /// anew.
    static func setAside(_ path: String) throws(StoreError) {
        let now = LinuxClock().utc
        let milliseconds = String(1_000 + now.nanoseconds / 1_000_000 % 1_000).dropFirst()
        let aside =
            "\(path)-damaged-" + now.description.filter { $0 != "-" && $0 != ":" && $0 != "Z" } + ".\(milliseconds)Z"
        if try Names.exist(path) {
            guard rename(path, aside) == 0 else { throw .system(path) }
            guard rename(path + "-wal", aside + "-wal") == 0 || errno == ENOENT else { throw .system(path + "-wal") }
        }
        // Of a start that was interrupted between the two: the log must not be taken for that of another file.
        try Names.remove(path + "-wal", path + "-shm")
        try Directory.sync(of: path)
        prune(path, to: mostKept)
    }

    static func newest(of path: String) -> String? { kept(of: path).last }

    /// Lets go of the oldest that is kept.
    /// - Returns: false where there is none.
    static func dropOldest(of path: String) -> Bool {
        let count = kept(of: path).count
        prune(path, to: count - 1)
        return count > 0
    }

    private static func prune(_ path: String, to count: Int) {
        for name in kept(of: path).dropLast(max(0, count)) {
            for suffix in ["", "-wal", "-shm"] { unlink(name + suffix) }
        }
    }

    /// The oldest first.
    private static func kept(of path: String) -> [String] {
        let url = URL(filePath: path)
        let (folder, prefix) = (url.deletingLastPathComponent(), url.lastPathComponent + "-damaged-")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasPrefix(prefix) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.sorted()
            .map { folder.appending(path: $0).path }
    }
}
