import CLinux
import Glibc
import HardwareInterfaces

/// A descriptor that polls readable once another thread has raised it.
struct EventSignal: ~Copyable, Sendable {
    let descriptor: FileDescriptor

    init() throws(HardwareError) {
        let number = p1lora_wakeup_create()
        guard number >= 0 else { throw .failing("eventfd", "kernel", errno: errno) }
        descriptor = FileDescriptor(owning: number)
    }

    func raise() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then it is readable anyway.
        _ = Glibc.write(descriptor.number, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = Glibc.read(descriptor.number, &count, 8)
    }
}
