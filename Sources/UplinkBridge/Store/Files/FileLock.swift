import Glibc

/// Holds a file for this process alone, until it ends or lets go: two bridges on one state would use the same frame
/// counters.
///
/// The lock is flock's, which SQLite does not use and which goes with the process, however that ends. Nobody may let go while
/// SQLite has the file open: to close any descriptor of a file drops the locks that SQLite holds on it (POSIX).
final class FileLock: Sendable {
    let descriptor: Int32

    /// Makes the file, readable for its owner only, where there is none.
    init(path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno == EWOULDBLOCK ? StoreError.inUse(path: path) : .system(path)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        // A child process that has not yet begun its program still has the descriptor, and would hold the lock with it.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// False when the file has been deleted, or replaced by another since.
    func holdsFile(at path: String) -> Bool {
        var (held, found) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &found) == 0
            && held.st_ino == found.st_ino && held.st_dev == found.st_dev
    }

    /// Somebody has made it a file of no bytes.
    var isEmptied: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_size == 0
    }

    /// Whether the file was deleted, or another put in its place: what is in it is lost for the next start. A disk that
    /// can't be asked has not forgotten it.
    func hasLostFile(at path: String) -> Bool {
        var (held, found) = (stat(), stat())
        guard fstat(descriptor, &held) == 0 else { return false }
        if held.st_nlink == 0 { return true }
        return stat(path, &found) == 0 && (held.st_ino != found.st_ino || held.st_dev != found.st_dev)
    }
}

extension StoreError {
    /// What the system said last.
    static func system(_ path: String) -> StoreError {
        .unusable(path: path, reason: String(cString: strerror(errno)))
    }
}
