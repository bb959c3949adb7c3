import Glibc
public import HardwareInterfaces

/// A serial port in raw mode: no echo, no translation, no flow control. With any of these the CRC never matches.
///
/// The port is held exclusively (TIOCEXCL, and a lock that ends with the process), so that two programs do not steal each
/// other's bytes.
public final class SerialPort: BreakableLine {
    public struct Settings: Hashable, Sendable {
        /// Bits a second: 9600, 57 600 or 115 200.
        public var baudRate: Int
        /// Seven data bits and even parity (DSMR 2.2 and 3) instead of eight and none.
        public var sevenEvenOne: Bool

        public init(baudRate: Int = 115_200, sevenEvenOne: Bool = false) {
            self.baudRate = baudRate
            self.sevenEvenOne = sevenEvenOne
        }
    }

    private let path: String
    private let descriptor: FileDescriptor

    public init(path: String, settings: Settings = Settings()) throws(HardwareError) {
        self.path = path
        descriptor = try FileDescriptor(opening: path, flags: O_RDWR)
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else { throw .opening(path, errno: EBUSY) }
        guard isatty(descriptor.number) == 1 else {
            throw HardwareError(.failed(errno: ENOTTY), device: path, message: "this is no serial port")
        }
        _ = ioctl(descriptor.number, UInt(TIOCEXCL))
        try configure(settings)
        // What came before this program listened may begin in the middle of a telegram; the reader copes with it.
    }

    public var pollDescriptor: Int32? { descriptor.number }

    public func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        try descriptor.read(into: &buffer, limit: limit, device: path)
    }

    public func write(_ bytes: [UInt8]) throws(HardwareError) {
        try descriptor.write(bytes, device: path)
    }

    /// A pseudo-terminal has no break and takes none.
    public func setBreak(_ isOn: Bool) throws(HardwareError) {
        guard ioctl(descriptor.number, UInt(isOn ? TIOCSBRK : TIOCCBRK)) == 0 else {
            throw .failing("a break", path, errno: errno)
        }
    }

    private func configure(_ settings: Settings) throws(HardwareError) {
        let speed: Int32
        switch settings.baudRate {
        case 9_600: speed = B9600
        case 57_600: speed = B57600
        case 115_200: speed = B115200
        default:
            throw HardwareError(
                .failed(errno: EINVAL), device: path,
                message: "\(settings.baudRate) baud is not supported: 9600, 57600 or 115200")
        }
        var attributes = termios()
        guard tcgetattr(descriptor.number, &attributes) == 0 else { throw .failing("tcgetattr", path, errno: errno) }
        cfmakeraw(&attributes)
        attributes.c_cflag |= tcflag_t(CLOCAL | CREAD)
        attributes.c_cflag &= ~tcflag_t(CSTOPB | PARENB | CSIZE) & ~tcflag_t(CRTSCTS)
        attributes.c_cflag |= settings.sevenEvenOne ? tcflag_t(CS7 | PARENB) : tcflag_t(CS8)
        // Without a CRC the parity is all that tells a damaged character: it is read as NUL.
        if settings.sevenEvenOne { attributes.c_iflag |= tcflag_t(INPCK) }
        cfsetispeed(&attributes, speed_t(speed))
        cfsetospeed(&attributes, speed_t(speed))
        // A pseudo-terminal knows neither seven bits nor parity and says EINVAL when asked twice.
        guard tcsetattr(descriptor.number, TCSANOW, &attributes) == 0 || errno == EINVAL else {
            throw .failing("tcsetattr", path, errno: errno)
        }
    }
}
