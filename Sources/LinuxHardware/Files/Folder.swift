import Glibc
package import HardwareInterfaces

/// Folders that the program makes.
package enum Folder {
    /// Makes a folder where there is none, and those above it.
    /// - Parameter mode: of those that are made, less the process's mask.
    package static func make(_ path: String, mode: UInt32 = 0o777) throws(HardwareError) {
        var folder = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            folder += name
            guard mkdir(folder, mode) == 0 || errno == EEXIST else { throw refusal(folder, errno) }
            folder += "/"
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw refusal(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(path, ENOTDIR) }
    }

    private static func refusal(_ path: String, _ code: Int32) -> HardwareError {
        HardwareError.failing("making this folder", path, errno: code)
    }
}
