import Glibc

/// Whether a stream of this process ends in the journal.
package enum JournalStream {
    /// systemd names device and inode of the stream that it has connected (systemd.exec(5), JOURNAL_STREAM); one that was
    /// redirected since is another.
    /// - Parameter variable: the value of JOURNAL_STREAM; that of this process when left out.
    package static func isStandardError(
        variable: String? = ProcessEnvironment.value("JOURNAL_STREAM")
    ) -> Bool {
        guard let parts = variable?.split(separator: ":"), parts.count == 2, let device = UInt(parts[0]),
            let inode = UInt(parts[1])
        else { return false }
        var status = stat()
        return fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }
}
