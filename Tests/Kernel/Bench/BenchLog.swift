import Glibc
import LinuxHardware
import Timekeeping

/// What happens and when, one line each, for the script to look at: seconds of the kernel's clock, then the words.
enum BenchLog {
    private static let clock = LinuxClock()

    static func line(_ text: String) {
        let microseconds = clock.monotonic.nanoseconds / 1_000
        let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        let bytes = Array("\(microseconds / 1_000_000).\(fraction) \(text)\n".utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
