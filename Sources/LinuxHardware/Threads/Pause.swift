import Glibc
package import Timekeeping

/// Lets time pass on the calling thread: for the few waits of microseconds that a chip's reset needs.
package enum Pause {
    package static func sleep(_ span: TimeSpan) {
        guard span > .zero else { return }
        var wanted = timespec(
            tv_sec: Int(span.nanoseconds / 1_000_000_000), tv_nsec: Int(span.nanoseconds % 1_000_000_000))
        var rest = timespec()
        while nanosleep(&wanted, &rest) != 0 && errno == EINTR { wanted = rest }
    }
}
