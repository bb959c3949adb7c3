import Glibc
import HardwareInterfaces

extension HardwareError {
    /// What the kernel said when a device was opened, and what to do about it.
    static func opening(_ path: String, errno code: Int32) -> HardwareError {
        switch code {
        case ENOENT, ENXIO, ENODEV:
            HardwareError(
                .notFound, device: path,
                message:
                    "there is no such device or file: plug it in, or correct the path (ls /dev shows what is there)")
        case EACCES, EPERM:
            HardwareError(
                .notPermitted, device: path,
                message: "this user may not open it: add the user to the group that owns it "
                    + "(dialout for serial lines, spi and gpio for the radio), then log in again")
        case EBUSY, EWOULDBLOCK:
            HardwareError(
                .busy, device: path,
                message: "another program is using it: stop that program first (see: fuser \(path))")
        default: failing("opening", path, errno: code)
        }
    }

    /// What the kernel said when a socket was to be made or bound, and what to do about it.
    static func binding(_ name: String, errno code: Int32) -> HardwareError {
        switch code {
        case EADDRINUSE:
            HardwareError(.busy, device: name, message: "another program listens there: stop it, or choose another")
        case EACCES, EROFS, ENOENT:
            HardwareError(
                .notPermitted, device: name,
                message: "a socket can't be made there: \(String(cString: strerror(code)))")
        default: failing("binding", name, errno: code)
        }
    }

    static func failing(_ operation: String, _ device: String, errno code: Int32) -> HardwareError {
        let reason: Reason =
            switch code {
            case EIO, ENODEV, ENXIO, EPIPE, ECONNRESET: .disconnected
            default: .failed(errno: code)
            }
        return HardwareError(reason, device: device, message: "\(operation) failed: \(String(cString: strerror(code)))")
    }
}
