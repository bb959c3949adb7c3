import Glibc
package import Timekeeping

/// Tells the service manager how the service does, in datagrams on the socket that it names (sd_notify(3)).
///
/// Nobody waits for it: a datagram that finds no room is not sent.
package final class ServiceManager: Sendable {
    private let descriptor: FileDescriptor
    private let address: UnixAddress
    /// After so long without ``feedWatchdog()`` the service is started anew; nil when it is not watched.
    package let watchdog: TimeSpan?

    /// - Parameter environment: by the name of a variable; that of this process when left out.
    /// - Returns: nil when no manager wants to hear (NOTIFY_SOCKET is not set, or names no socket that we can use).
    package init?(environment: (String) -> String? = ProcessEnvironment.value) {
        guard let name = environment("NOTIFY_SOCKET"), name.hasPrefix("/") || name.hasPrefix("@"),
            let address = UnixAddress(name)
        else { return nil }
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { return nil }
        descriptor = FileDescriptor(owning: number)
        self.address = address
        // The variables are inherited by child processes, for which they are not meant (sd_watchdog_enabled(3)).
        let isOurs = environment("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        let microseconds = environment("WATCHDOG_USEC").flatMap(Int64.init) ?? 0
        watchdog = isOurs && (1...Self.longest).contains(microseconds) ? .microseconds(microseconds) : nil
    }

    /// Ten years.
    private static let longest: Int64 = 10 * 366 * 86_400 * 1_000_000

    /// The service has started.
    /// - Returns: whether it could be told; to be tried again where not.
    package func tellReady(status: String) -> Bool { send("READY=1\nSTATUS=\(Self.line(status))") }

    /// One line for people, as `systemctl status` shows it.
    @discardableResult
    package func tell(status: String) -> Bool { send("STATUS=\(Self.line(status))") }

    @discardableResult
    package func feedWatchdog() -> Bool { send("WATCHDOG=1") }

    /// Something takes longer than usual, in the start or later: for a minute from now on nobody shall end the service.
    package func tellPatience(status: String) {
        _ = send("EXTEND_TIMEOUT_USEC=60000000\nWATCHDOG=1\nSTATUS=\(Self.line(status))")
    }

    package func tellStopping() { _ = send("STOPPING=1\nSTATUS=stopping") }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    private func send(_ message: String) -> Bool {
        let bytes = Array(message.utf8)
        return address.with { address, length in
            sendto(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length) == bytes.count
        }
    }
}
