import CLinux
import Glibc
public import HardwareInterfaces

/// A device behind the kernel's spidev driver: /dev/spidev0.0 is chip select 0 of bus 0.
public final class SPIDevice: SPIBus {
    private let path: String
    private let speed: UInt32
    private let descriptor: FileDescriptor

    /// - Parameter speed: clock in hertz; an SX127x takes up to 10 MHz (datasheet table 10), wires to a Pi less.
    public init(path: String, speed: UInt32 = 2_000_000) throws(HardwareError) {
        self.path = path
        self.speed = speed
        do {
            descriptor = try FileDescriptor(opening: path, flags: O_RDWR)
        } catch  where error.reason == .notFound {
            throw HardwareError(
                .notFound, device: path,
                message:
                    "there is no such device: switch SPI on (raspi-config, Interface Options, or dtparam=spi=on in "
                    + "config.txt) and restart the board")
        }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else { throw .opening(path, errno: EBUSY) }
        guard p1lora_spi_configure(descriptor.number, 0, speed) == 0 else {
            if errno == ENOTTY {
                throw HardwareError(
                    .failed(errno: ENOTTY), device: path,
                    message:
                        "this is no SPI device: those of the kernel's spidev driver are called /dev/spidev0.0 and so on"
                )
            }
            throw .failing("setting up SPI", path, errno: errno)
        }
    }

    public func transfer(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8] {
        let (number, speed) = (descriptor.number, speed)
        var (result, code): (Int32, Int32) = (-1, 0)
        let received = [UInt8](unsafeUninitializedCapacity: bytes.count) { storage, count in
            result = p1lora_spi_transfer(number, bytes, storage.baseAddress, bytes.count, speed)
            code = errno
            count = result == 0 ? bytes.count : 0
        }
        guard result == 0 else { throw .failing("an SPI transfer", path, errno: code) }
        return received
    }
}
