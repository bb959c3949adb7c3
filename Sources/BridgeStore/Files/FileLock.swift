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

    /// What has become of the file since.
    enum Standing: Hashable {
        case inPlace
        /// Somebody has made it a file of no bytes.
        case emptied
        case deleted
        /// Another has its name.
        case replaced
    }

    /// - Throws: where the disk does not say.
    func standing(at path: String) throws(StoreError) -> Standing {
        var (held, found) = (stat(), stat())
        guard fstat(descriptor, &held) == 0 else { throw .system(path) }
        guard stat(path, &found) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return .deleted }
            throw .system(path)
        }
        guard held.st_ino == found.st_ino, held.st_dev == found.st_dev else { return .replaced }
        return held.st_size == 0 ? .emptied : .inPlace
    }

    /// False also where the disk does not say.
    func holdsFile(at path: String) -> Bool {
        switch try? standing(at: path) {
        case .inPlace, .emptied: true
        case .deleted, .replaced, nil: false
        }
    }

    /// Whether a part of it can't be read though others can: a disk that is worn, and not one that is gone.
    var isReadInPart: Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        let pages = stride(from: 0, to: off_t(status.st_size), by: 4_096).lazy.map(isReadable)
        return pages.contains(true) && pages.contains(false)
    }

    private func isReadable(at offset: off_t) -> Bool {
        var page = [UInt8](repeating: 0, count: 4_096)
        for attempt in 0..<5 {
            if pread(descriptor, &page, page.count, offset) >= 0 { return true }
            Retry.pause(after: attempt)
        }
        return false
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
