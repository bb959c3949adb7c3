import Glibc

/// What is left of a disk.
package enum DiskSpace {
    /// Bytes that this user may still write in the folder; nil when nobody knows.
    package static func free(at folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int(clamping: bytes)
    }
}
