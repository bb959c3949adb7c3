import CLinux
import Glibc
import HardwareInterfaces
package import Timekeeping

/// The kernel's clocks.
package final class LinuxClock: Clock {
    /// The kernel's identifier of this boot.
    package let bootIdentifier: String

    package init() {
        var identifier: [UInt8] = []
        if let file = try? FileDescriptor(opening: "/proc/sys/kernel/random/boot_id", flags: O_RDONLY) {
            _ = try? file.read(into: &identifier, limit: 64, device: "boot_id")
        }
        // Without /proc every start counts as a boot: stored times are then taken for the worst, never for better.
        bootIdentifier =
            identifier.isEmpty
            ? "unknown-\(getpid())-\(Self.read(CLOCK_MONOTONIC))"
            : String(decoding: identifier.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    package var monotonic: MonotonicInstant { MonotonicInstant(nanoseconds: Self.read(CLOCK_MONOTONIC)) }
    package var utc: UTCInstant { UTCInstant(nanoseconds: Self.read(CLOCK_REALTIME)) }

    package var isUTCTrusted: Bool { p1lora_clock_is_synchronized() }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
