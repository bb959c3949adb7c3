import Glibc
import HardwareInterfaces

/// An open descriptor, closed when its owner lets go of it.
struct FileDescriptor: ~Copyable {
    let number: Int32

    /// Takes over a descriptor that is open.
    init(owning number: Int32) {
        self.number = number
    }

    /// Opens a file or device without blocking and without handing it to child processes.
    init(opening path: String, flags: Int32) throws(HardwareError) {
        let number = Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { throw HardwareError.opening(path, errno: errno) }
        self.number = number
    }

    deinit { close(number) }

    /// Appends what is there to `buffer`.
    func read(into buffer: inout [UInt8], limit: Int, device: String) throws(HardwareError) -> ReadOutcome {
        guard limit > 0 else { return .nothingYet }
        let number = number
        var (received, code): (Int, Int32) = (0, 0)
        let chunk = [UInt8](unsafeUninitializedCapacity: limit) { storage, count in
            repeat {
                received = Glibc.read(number, storage.baseAddress, limit)
                code = errno
            } while received < 0 && code == EINTR
            count = max(0, received)
        }
        if received > 0 {
            buffer.append(contentsOf: chunk)
            return .bytes(received)
        }
        if received == 0 { return .ended }
        switch code {
        case EAGAIN: return .nothingYet
        // A pulled USB adapter and the closed end of a pty answer with EIO.
        case EIO, ENXIO, ENODEV, ECONNRESET: return .ended
        default: throw HardwareError.failing("reading", device, errno: code)
        }
    }

    /// Writes all bytes, waiting up to five seconds in all for room.
    func write(_ bytes: [UInt8], device: String) throws(HardwareError) {
        if let code = Self.write(bytes, to: number, waits: 50) {
            throw HardwareError.failing("writing", device, errno: code)
        }
    }

    /// Writes all bytes.
    /// - Parameter waits: how often it is waited for room, for a tenth of a second.
    /// - Returns: the errno that it ended with; nil when all is written.
    static func write(_ bytes: [UInt8], to number: Int32, waits: Int) -> Int32? {
        var (sent, patience) = (0, waits)
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress.map { $0 + sent }, $0.count - sent) }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN, patience > 0 {
                patience -= 1
                var waiting = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 100)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
