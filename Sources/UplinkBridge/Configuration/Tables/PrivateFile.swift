import Glibc

/// Files that hold keys: readable and writable by their owner only (TR007 2.3).
public enum PrivateFile {
    /// Opens, judges and reads one and the same file, so that it cannot be exchanged in between.
    ///
    /// - Parameters:
    ///   - isGuarded: its folder keeps others out, so that its own mode does not matter: systemd gives the files of
    ///     `LoadCredential=` a mask of access rights that looks like a mode for the group.
    ///   - limit: bytes that are read at most.
    /// - Returns: the content, and whether others than the owner may read or write the file.
    static func read(
        _ path: String, isGuarded: Bool = false, limit: Int
    ) throws(PrivateFileError) -> (bytes: [UInt8], isOpen: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw PrivateFileError(path, "can't be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw PrivateFileError(path, "can't be read: \(String(cString: strerror(errno)))")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw PrivateFileError(path, "can't be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        return (bytes, !isGuarded && status.st_mode & 0o077 != 0)
    }

    /// Makes a file that only its owner can read; never writes over one that is there.
    public static func create(_ path: String, _ text: String) throws(PrivateFileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? PrivateFileError(path, "is there already and is not written over: choose another name")
                : PrivateFileError(path, "can't be written: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.incomplete(path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw Self.incomplete(path) }
    }

    /// What was written of a key must not stay behind as if it were whole.
    private static func incomplete(_ path: String) -> PrivateFileError {
        let reason = String(cString: strerror(errno))
        unlink(path)
        return PrivateFileError(path, "can't be written: \(reason)")
    }
}

/// Why a file of keys is of no use, and what to do.
public struct PrivateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ path: String, _ reason: String) {
        description = "\(path) \(reason)"
    }
}
