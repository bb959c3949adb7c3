import Glibc
package import HardwareInterfaces

/// A serial port in raw mode: no echo, no translation, no flow control. With any of these the CRC never matches.
///
/// The port is held exclusively (TIOCEXCL, and a lock that ends with the process), so that two programs do not steal each
/// other's bytes.
package final class SerialPort: BreakableLine {
    package typealias Settings = SerialSettings

    private let path: String
    private let descriptor: FileDescriptor

    /// What a port may be used for.
    package enum Use: Hashable, Sendable {
        case talking
        /// On a port of which nobody knows what is there: nothing can be written, and DTR and RTS, which the kernel raises as
        /// it opens a port, are lowered at once and stay low.
        case listening
    }

    package init(path: String, settings: Settings = Settings(), use: Use = .talking) throws(HardwareError) {
        self.path = path
        descriptor = try FileDescriptor(opening: path, flags: use == .talking ? O_RDWR : O_RDONLY)
        if use == .listening, flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 {
            // A pseudo-terminal has no such lines.
            var lines = TIOCM_DTR | TIOCM_RTS
            _ = ioctl(descriptor.number, UInt(TIOCMBIC), &lines)
        }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else { throw .opening(path, errno: EBUSY) }
        guard isatty(descriptor.number) == 1 else {
            throw HardwareError(.failed(errno: ENOTTY), device: path, message: "this is no serial port")
        }
        _ = ioctl(descriptor.number, UInt(TIOCEXCL))
        try configure(settings)
        // What came before this program listened may begin in the middle of a telegram; the reader copes with it.
    }

    package var pollDescriptor: Int32? { descriptor.number }

    package func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        try descriptor.read(into: &buffer, limit: limit, device: path)
    }

    package func write(_ bytes: [UInt8]) throws(HardwareError) {
        try descriptor.write(bytes, device: path)
    }

    /// A pseudo-terminal has no break and takes none.
    package func setBreak(_ isOn: Bool) throws(HardwareError) {
        guard ioctl(descriptor.number, UInt(isOn ? TIOCSBRK : TIOCCBRK)) == 0 else {
            throw .failing("a break", path, errno: errno)
        }
    }

    private static let speeds: [Int: Int32] = [
        300: B300, 1_200: B1200, 2_400: B2400, 4_800: B4800, 9_600: B9600, 19_200: B19200, 38_400: B38400,
        57_600: B57600,
        115_200: B115200,
    ]

    private func configure(_ settings: Settings) throws(HardwareError) {
        guard let speed = Self.speeds[settings.baudRate] else {
            let known = SerialSettings.speeds.map(String.init).joined(separator: ", ")
            throw HardwareError(
                .failed(errno: EINVAL), device: path,
                message: "\(settings.baudRate) baud is not supported: \(known)")
        }
        var attributes = termios()
        guard tcgetattr(descriptor.number, &attributes) == 0 else { throw .failing("tcgetattr", path, errno: errno) }
        cfmakeraw(&attributes)
        attributes.c_cflag |= tcflag_t(CLOCAL | CREAD)
        attributes.c_cflag &= ~tcflag_t(CSTOPB | PARENB | CSIZE) & ~tcflag_t(CRTSCTS)
        attributes.c_cflag |= tcflag_t(settings.framing == .sevenEvenOne ? CS7 : CS8)
        // Without a CRC the parity is all that tells a damaged character: it is read as NUL.
        if settings.framing != .eightNoneOne {
            attributes.c_cflag |= tcflag_t(PARENB)
            attributes.c_iflag |= tcflag_t(INPCK)
        }
        cfsetispeed(&attributes, speed_t(speed))
        cfsetospeed(&attributes, speed_t(speed))
        // A pseudo-terminal knows neither seven bits nor parity and says EINVAL when asked twice.
        guard tcsetattr(descriptor.number, TCSANOW, &attributes) == 0 || errno == EINVAL else {
            throw .failing("tcsetattr", path, errno: errno)
        }
    }
}
