import Glibc
package import Timekeeping

/// What this process takes of the machine.
package struct ProcessUsage: Hashable, Sendable {
    /// Bytes of memory that are in RAM; nil without /proc.
    package let residentBytes: Int64?
    /// Of all threads, in the program and in the kernel for it.
    package let processorTime: TimeSpan

    /// As it is now.
    package init() {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        processorTime = [usage.ru_utime, usage.ru_stime].reduce(.zero) {
            $0 + .seconds(Int64($1.tv_sec)) + .microseconds(Int64($1.tv_usec))
        }
        var text: [UInt8] = []
        if let file = try? FileDescriptor(opening: "/proc/self/statm", flags: O_RDONLY) {
            _ = try? file.read(into: &text, limit: 256, device: "statm")
        }
        // The second number: pages.
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        residentBytes = words.count > 1 ? Int64(words[1]).map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
