import Glibc
package import HardwareInterfaces

/// What a command writes where a person asked for it.
package enum OutputFile {
    /// Writes a file. One that is there stays as it was until the new one is whole; a device, a pipe or a link is written
    /// to, for a new file would take its place.
    package static func write(_ bytes: [UInt8], to path: String) throws(HardwareError) {
        var status = stat()
        let isThere = lstat(path, &status) == 0
        guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
            return try fill(path, flags: O_TRUNC, bytes, named: path)
        }
        let draft = "\(path).\(getpid()).new"
        do throws(HardwareError) {
            try fill(draft, flags: O_EXCL, mode: isThere ? status.st_mode & 0o777 : nil, bytes, named: path)
            guard rename(draft, path) == 0 else { throw refusal(path, errno) }
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// Writes all of it to a descriptor that is open, with as much patience as it needs.
    /// - Parameter name: what it is called in messages.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(HardwareError) {
        if let code = FileDescriptor.write(bytes, to: descriptor, waits: .max) { throw refusal(name, code) }
    }

    /// - Parameter mode: of the file that is replaced; nil for that of new files.
    private static func fill(
        _ path: String, flags: Int32, mode: mode_t? = nil, _ bytes: [UInt8], named name: String
    ) throws(HardwareError) {
        let number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | flags, 0o666)
        guard number >= 0 else { throw refusal(name, errno) }
        let descriptor = FileDescriptor(owning: number)
        try write(bytes, to: descriptor.number, named: name)
        guard flags & O_EXCL != 0 else { return }
        guard mode.map({ fchmod(number, $0) }) ?? 0 == 0, fsync(number) == 0 else { throw refusal(name, errno) }
    }

    private static func refusal(_ name: String, _ code: Int32) -> HardwareError {
        HardwareError(
            .failed(errno: code), device: name, message: "can't be written: \(String(cString: strerror(code)))")
    }
}
