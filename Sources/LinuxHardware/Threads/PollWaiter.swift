import CLinux
import Glibc
package import HardwareInterfaces
package import Timekeeping

/// Waits for descriptors, for a time on the monotonic clock, or for ``wake()`` from another thread.
///
/// The time is absolute from end to end (timerfd): whatever keeps the thread from running between the look at the
/// clock and the wait makes it no later.
package final class PollWaiter: Waiting, Waking {
    private let clock: LinuxClock
    private let wakeUp: EventSignal
    private let timer: FileDescriptor

    package init(clock: LinuxClock) throws(HardwareError) {
        self.clock = clock
        wakeUp = try EventSignal()
        let number = p1lora_timer_create()
        guard number >= 0 else { throw .failing("timerfd", "kernel", errno: errno) }
        timer = FileDescriptor(owning: number)
    }

    package func wait(for descriptors: [Int32], until deadline: MonotonicInstant?) throws(HardwareError) {
        var polled = [pollfd(fd: wakeUp.descriptor.number, events: Int16(POLLIN), revents: 0)]
        for descriptor in descriptors { polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        let isOver = deadline.map { $0 <= clock.monotonic } ?? false
        if let deadline, !isOver {
            guard p1lora_timer_set(timer.number, deadline.nanoseconds) == 0 else {
                throw .failing("timerfd", "kernel", errno: errno)
            }
            polled.append(pollfd(fd: timer.number, events: Int16(POLLIN), revents: 0))
        }
        let result = poll(&polled, nfds_t(polled.count), isOver ? 0 : -1)
        if result < 0 && errno != EINTR { throw .failing("poll", "kernel", errno: errno) }
        if result > 0 && polled[0].revents != 0 { wakeUp.clear() }
    }

    package func wake() { wakeUp.raise() }
}
