import Glibc

/// Holds a file for this process alone, until it ends or lets go: two bridges on one state would use the same frame
/// counters.
///
/// The lock is flock's, which SQLite does not use and which goes with the process, however that ends.
struct FileLock: ~Copyable, Sendable {
    private let path: String
    private let descriptor: Int32

    /// Makes the file, readable for its owner only, where there is none.
    init(path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { throw .inUse(path: path) }
            throw .unusable(path: path, reason: String(cString: strerror(reason)))
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // A child process that has not yet begun its program still has the descriptor, and would hold the lock with it.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// False when the file has been deleted, emptied, or replaced by another since.
    var holdsWhatIsAtItsPath: Bool {
        var (held, found) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &found) == 0
            && held.st_ino == found.st_ino && held.st_dev == found.st_dev && held.st_size > 0
    }
}
