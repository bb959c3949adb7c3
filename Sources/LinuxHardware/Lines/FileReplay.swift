import Glibc
package import HardwareInterfaces

/// A file (or a pipe) of recorded bytes, read as fast as it is asked for.
package final class FileReplay: SerialLine {
    private let path: String
    private let descriptor: FileDescriptor
    private let isRegularFile: Bool

    package init(path: String) throws(HardwareError) {
        self.path = path
        descriptor = try FileDescriptor(opening: path, flags: O_RDONLY)
        var status = stat()
        fstat(descriptor.number, &status)
        isRegularFile = status.st_mode & S_IFMT == S_IFREG
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw HardwareError(.failed(errno: EISDIR), device: path, message: "this is a directory, not a file")
        }
    }

    package var pollDescriptor: Int32? { isRegularFile ? nil : descriptor.number }

    package func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        try descriptor.read(into: &buffer, limit: limit, device: path)
    }

    package func write(_ bytes: [UInt8]) throws(HardwareError) {
        throw HardwareError(.failed(errno: EBADF), device: path, message: "a file that is replayed is not written to")
    }
}
