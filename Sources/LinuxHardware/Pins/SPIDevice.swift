import CLinux
import Glibc
package import HardwareInterfaces

/// A device behind the kernel's spidev driver: /dev/spidev0.0 is chip select 0 of bus 0.
package final class SPIDevice: SPIBus {
    private let path: String
    private let speed: UInt32
    private let descriptor: FileDescriptor
    private let chipSelect: (any OutputPin)?

    /// - Parameters:
    ///   - speed: clock in hertz; an SX127x takes up to 10 MHz (datasheet table 10), wires to a Pi less.
    ///   - chipSelect: the pin that is NSS, high between transfers, on boards that do not use the bus's own.
    package init(
        path: String, speed: UInt32 = 2_000_000, chipSelect: (any OutputPin)? = nil
    ) throws(HardwareError) {
        self.path = path
        self.speed = speed
        self.chipSelect = chipSelect
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
        guard p1lora_spi_configure(descriptor.number, chipSelect == nil, speed) == 0 else {
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

    package func transfer(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8] {
        let (number, speed) = (descriptor.number, speed)
        var (result, code): (Int32, Int32) = (-1, 0)
        try chipSelect?.set(.low)
        let received = [UInt8](unsafeUninitializedCapacity: bytes.count) { storage, count in
            result = p1lora_spi_transfer(number, bytes, storage.baseAddress, bytes.count, speed)
            code = errno
            count = result == 0 ? bytes.count : 0
        }
        try chipSelect?.set(.high)
        guard result == 0 else { throw .failing("an SPI transfer", path, errno: code) }
        return received
    }
}
