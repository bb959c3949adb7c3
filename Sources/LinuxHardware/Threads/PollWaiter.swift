import CLinux
import Glibc
public import HardwareInterfaces
public import Timekeeping

/// Waits for descriptors, for a time on the monotonic clock, or for ``wake()`` from another thread.
public final class PollWaiter: Waiting, Waking {
    private let clock: LinuxClock
    private let wakeUp: EventSignal

    public init(clock: LinuxClock) throws(HardwareError) {
        self.clock = clock
        wakeUp = try EventSignal()
    }

    public func wait(for descriptors: [Int32], until deadline: MonotonicInstant?) throws(HardwareError) {
        var polled = [pollfd(fd: wakeUp.descriptor.number, events: Int16(POLLIN), revents: 0)]
        for descriptor in descriptors { polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        let rest = deadline.map { max(0, ($0 - clock.monotonic).nanoseconds) } ?? -1
        let result = p1lora_poll(&polled, polled.count, rest)
        if result < 0 && errno != EINTR { throw .failing("poll", "kernel", errno: errno) }
        if result > 0 && polled[0].revents != 0 { wakeUp.clear() }
    }

    public func wake() { wakeUp.raise() }
}
