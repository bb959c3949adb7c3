import Glibc
import Synchronization

/// Who of several processes asks the bridges behind a server: each server has a byte of a file, and who locks it asks. The
/// kernel gives the lock back when the process ends, however it ends.
final class AskerLocks: Sendable {
    private let path: String
    private let file = Mutex<Int32?>(nil)

    /// fcntl(2); a lock of the open file and not of the process.
    private static let setLock: Int32 = 37

    init(path: String) { self.path = path }

    deinit {
        if let file = file.withLock({ $0 }) { close(file) }
    }

    /// - Returns: false when another process has it.
    func take(_ server: String) throws(ProfileStoreError) -> Bool {
        let code = file.withLock { file -> Int32? in
            let descriptor = file ?? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return errno }
            file = descriptor
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            lock.l_start = Int(Self.place(of: server))
            lock.l_len = 1
            return fcntl(descriptor, Self.setLock, &lock) == 0 ? nil : errno
        }
        guard let code else { return true }
        guard code == EAGAIN || code == EACCES else {
            throw .unusable(place: path, reason: String(cString: strerror(code)))
        }
        return false
    }

    /// FNV-1a, the same in each process.
    private static func place(of server: String) -> UInt32 {
        server.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 } >> 1
    }
}
