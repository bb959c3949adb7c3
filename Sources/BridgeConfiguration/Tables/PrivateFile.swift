import Glibc

/// Files that hold keys: readable and writable by their owner only (TR007 2.3).
package enum PrivateFile {
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
        // Without a writer the opening of a pipe would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw PrivateFileError(path, unreadable: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw PrivateFileError(path, unreadable: errno) }
        guard isReadable(descriptor, status) else {
            throw PrivateFileError(path, "is no regular file: a folder, a device or a named pipe is not read")
        }
        let bytes = try contents(of: descriptor, path, limit: limit)
        return (bytes, !isGuarded && status.st_mode & 0o077 != 0)
    }

    /// A file, or a pipe without a name, as a shell makes it for `<(command)` and for standard input. A pipe with a name
    /// waits for a writer who may never come.
    private static func isReadable(_ descriptor: Int32, _ status: stat) -> Bool {
        switch status.st_mode & S_IFMT {
        case S_IFREG: return true
        case S_IFIFO: return status.st_dev == pipeDevice
        default: return false
        }
    }

    /// Where pipes without a name live; nil when none can be made.
    private static var pipeDevice: dev_t? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        defer { for end in ends { close(end) } }
        var status = stat()
        return fstat(ends[0], &status) == 0 ? status.st_dev : nil
    }

    /// How long the other end of a pipe may be silent, in milliseconds.
    private static let patience: Int32 = 5_000

    private static func contents(
        of descriptor: Int32, _ path: String, limit: Int
    ) throws(PrivateFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&waiting, 1, patience) != 0 { continue }
                throw PrivateFileError(path, "brought nothing for \(patience / 1_000) s")
            }
            guard count >= 0 else { throw PrivateFileError(path, unreadable: errno) }
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }

    /// Makes a file that only its owner can read; never writes over one that is there.
    package static func create(_ path: String, _ text: String) throws(PrivateFileError) {
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

    /// Puts a new file in the place of one that may be there, all at once: whoever looks, and whatever ends the program, there
    /// is the old one or the new one, whole.
    /// - Parameter owner: whose it is to be; nil for this user.
    /// - Returns: where the old one is kept; nil where there was none.
    package static func replace(
        _ path: String, _ text: String, owner: (user: UInt32, group: UInt32)? = nil
    ) throws(PrivateFileError) -> String? {
        let new = path + ".new"
        // Left behind by a power cut.
        unlink(new)
        do throws(PrivateFileError) {
            try create(new, text)
        } catch {
            throw PrivateFileError(path, "is as it was: \(error)")
        }
        do throws(PrivateFileError) {
            if let owner, chown(new, owner.user, owner.group) != 0 { throw failing(new, "can't be given to its owner") }
            let kept = try keep(path)
            guard rename(new, path) == 0 else { throw failing(new, "can't be put in its place") }
            sync(folderOf: path)
            return kept
        } catch {
            unlink(new)
            throw PrivateFileError(path, "is as it was: \(error)")
        }
    }

    /// A second name for what is there, so that nothing is missing in between.
    private static func keep(_ path: String) throws(PrivateFileError) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        for number in 1...999 {
            let name = number == 1 ? "\(path).old" : "\(path).old\(number)"
            if link(path, name) == 0 { return name }
            guard errno == EEXIST else { throw failing(name, "can't be made, to keep the old file") }
        }
        throw PrivateFileError("\(path).old", "and 998 more are there: remove some")
    }

    private static func failing(_ path: String, _ what: String) -> PrivateFileError {
        PrivateFileError(path, "\(what): \(String(cString: strerror(errno)))")
    }

    private static func sync(folderOf path: String) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// What was written of a key must not stay behind as if it were whole.
    private static func incomplete(_ path: String) -> PrivateFileError {
        let reason = String(cString: strerror(errno))
        unlink(path)
        return PrivateFileError(path, "can't be written: \(reason)")
    }
}

/// Why a file of keys is of no use, and what to do.
package struct PrivateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    let path: String
    /// To be read behind the path.
    let reason: String

    package var description: String { "\(path) \(reason)" }

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    fileprivate init(_ path: String, unreadable code: Int32) {
        self.init(path, "can't be read: \(String(cString: strerror(code)))")
    }
}
