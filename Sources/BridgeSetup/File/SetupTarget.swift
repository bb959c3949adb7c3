import BridgeConfiguration
import Glibc

/// Where the file goes, and whose it is to be.
struct SetupTarget {
    /// Where a link leads to.
    let path: String

    /// The user of the package's service.
    private static let serviceUser = "p1lora"

    init(_ path: String) {
        guard let resolved = realpath(path, nil) else {
            self.path = path
            return
        }
        defer { free(resolved) }
        self.path = String(cString: resolved)
    }

    var folder: String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// - Throws: where it could not be written at the end.
    func check() throws(SetupStop) {
        guard access(folder, F_OK) == 0 else { throw .failed("\(folder) is not there: make it, or name another file") }
        guard access(folder, W_OK) == 0 else {
            throw .failed(
                geteuid() == 0
                    ? "\(folder) can't be written: is the file system mounted read-only?"
                    : "this user may not write in \(folder): sudo p1lora setup")
        }
    }

    /// Whose the file is to be: its owner's where it is there, else the service's, as far as root may say.
    var owner: (user: UInt32, group: UInt32)? {
        guard geteuid() == 0 else { return nil }
        var status = stat()
        if stat(path, &status) == 0, status.st_uid != 0 { return (status.st_uid, status.st_gid) }
        guard let entry = getpwnam(Self.serviceUser) else { return nil }
        return (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// - Returns: where the old file is kept; nil where there was none.
    func write(_ text: String) throws(SetupStop) -> String? {
        do throws(PrivateFileError) {
            return try PrivateFile.replace(path, text, owner: owner)
        } catch {
            throw .failed("\(error)")
        }
    }
}
