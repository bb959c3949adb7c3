import CLinux
import Glibc
public import HardwareInterfaces
public import Timekeeping

/// Waits for descriptors, for a time on the monotonic clock, or for ``wake()`` from another thread.
public final class PollWaiter: Waiting, Waking {
    private let clock: LinuxClock
    private let wakeUp: FileDescriptor

    public init(clock: LinuxClock) throws(HardwareError) {
        self.clock = clock
        let number = p1lora_wakeup_create()
        guard number >= 0 else { throw .failing("eventfd", "kernel", errno: errno) }
        wakeUp = FileDescriptor(owning: number)
    }

    public func wait(for descriptors: [Int32], until deadline: MonotonicInstant?) throws(HardwareError) {
        var polled = [pollfd(fd: wakeUp.number, events: Int16(POLLIN), revents: 0)]
        for descriptor in descriptors { polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        let rest = deadline.map { max(0, ($0 - clock.monotonic).nanoseconds) } ?? -1
        let result = p1lora_poll(&polled, polled.count, rest)
        if result < 0 && errno != EINTR { throw .failing("poll", "kernel", errno: errno) }
        if result > 0 && polled[0].revents != 0 {
            var count: UInt64 = 0
            _ = Glibc.read(wakeUp.number, &count, 8)
        }
    }

    public func wake() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then a wake-up is pending anyway.
        _ = Glibc.write(wakeUp.number, &one, 8)
    }
}
