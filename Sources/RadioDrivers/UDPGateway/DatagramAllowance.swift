import Timekeeping

/// How many datagrams of the server are taken: far more than a gateway can send, and far fewer than keep a core busy.
///
/// What is left in the socket when it is used up is dropped by the kernel, as it would be at a gateway's.
struct DatagramAllowance {
    private static let most: Int64 = 100
    private static let perSecond: Int64 = 200
    private static let pause = TimeSpan.milliseconds(100)

    private var left = most
    private var counted: MonotonicInstant?
    /// Until when none is taken.
    private(set) var resumesAt: MonotonicInstant?

    /// Counts one datagram.
    mutating func spend(at now: MonotonicInstant) {
        refill(at: now)
        left -= 1
        if left <= 0 { resumesAt = now + Self.pause }
    }

    mutating func isOpen(at now: MonotonicInstant) -> Bool {
        guard let until = resumesAt else { return true }
        guard now >= until else { return false }
        resumesAt = nil
        return true
    }

    private mutating func refill(at now: MonotonicInstant) {
        let last = counted ?? now
        let fresh = (now - last).nanoseconds * Self.perSecond / TimeSpan.seconds(1).nanoseconds
        guard fresh > 0 || counted == nil else { return }
        left = min(Self.most, left + fresh)
        counted = now
    }
}
