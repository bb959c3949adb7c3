import CLinux
import Glibc
package import HardwareInterfaces

/// A serial line of the kernel's own making: what is written here comes out of ``path``, which a program opens as it would
/// open /dev/ttyUSB0.
package final class PseudoTerminal {
    /// The end that the program under test opens.
    package let path: String
    private let master: Int32
    /// Held open, so that the line does not hang up between two openings, and to see what has not been read.
    private let slave: Int32

    package init() throws(HardwareError) {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        guard p1lora_open_terminal(&master, &slave, &name, name.count) == 0 else {
            throw Self.failure("no pseudo-terminal can be made")
        }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.master = master
        self.slave = slave
    }

    deinit {
        close(slave)
        close(master)
    }

    /// Writes bytes and waits until the kernel has carried them to the other end, so that in virtual time they are there
    /// at the instant at which they were sent. At most 4095 bytes may wait unread.
    /// - Parameter waits: false in real time, where the other end is in no hurry.
    package func write(_ bytes: [UInt8], waits: Bool = true) throws(HardwareError) {
        let before = waiting
        guard Glibc.write(master, bytes, bytes.count) == bytes.count else {
            throw Self.failure("the pseudo-terminal takes no more bytes: nobody reads them")
        }
        guard waits else { return }
        // The kernel moves them in a worker of its own: within microseconds where the processor is free, and where it is not,
        // within the time in which a simulated meter would be taken as silent.
        let there = min(before + bytes.count, Self.most)
        let patience = ContinuousClock.now + .seconds(5)
        var looks = 0
        while waiting < there, ContinuousClock.now < patience {
            looks += 1
            if looks < 1_000 { sched_yield() } else { usleep(100) }
        }
    }

    /// Bytes that may wait unread.
    private static let most = 4_095

    /// What the other end has written since the last call. Does not wait.
    package func read() -> [UInt8] {
        var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 0) > 0, polled.revents & Int16(POLLIN) != 0 else { return [] }
        let master = master
        return [UInt8](unsafeUninitializedCapacity: 4_096) { storage, count in
            count = max(0, Glibc.read(master, storage.baseAddress, 4_096))
        }
    }

    /// Bytes that have not been read yet.
    package var waiting: Int {
        var count: Int32 = 0
        return ioctl(slave, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    private static func failure(_ message: String) -> HardwareError {
        HardwareError(
            .failed(errno: errno), device: "/dev/ptmx", message: "\(message): \(String(cString: strerror(errno)))")
    }
}
