package import CollectorStore
package import HardwareInterfaces
package import Timekeeping

/// Serves a follower: what changed goes out in portions, again and again until it is there. For one thread.
package final class Following {
    package enum Event: Sendable {
        case works(days: Int)
        case failed(FollowerError, retryAfter: TimeSpan)
    }

    private let follower: any Follower
    private let name: String
    private let store: any ProfileStore
    private let clock: any Clock
    private let report: (Event) -> Void
    private var due: MonotonicInstant
    private var isKnown = false
    private var hasWorked = false
    private var pause = Following.shortestPause

    /// Days of registers in one portion.
    private static let portion = 400
    /// What changes within it goes together.
    private static let gathering = TimeSpan.seconds(2)
    /// How often is looked when nobody tells of changes: another process may have made some.
    private static let look = TimeSpan.seconds(30)
    private static let shortestPause = TimeSpan.seconds(5)
    private static let longestPause = TimeSpan.minutes(5)

    /// - Parameter name: the same in each process, and for as long as it is the same place.
    package init(
        _ follower: any Follower, name: String, store: any ProfileStore, clock: any Clock,
        report: @escaping (Event) -> Void
    ) {
        self.follower = follower
        self.name = name
        self.store = store
        self.clock = clock
        self.report = report
        due = clock.monotonic
    }

    package var nextDeadline: MonotonicInstant { due }

    /// Something changed.
    package func hasten() {
        if pause == Self.shortestPause { due = min(due, clock.monotonic + Self.gathering) }
    }

    package func poll() {
        guard due <= clock.monotonic else { return }
        do throws(FollowerError) {
            let count = try serve()
            if !hasWorked || pause != Self.shortestPause { report(.works(days: count)) }
            (hasWorked, pause) = (true, Self.shortestPause)
        } catch {
            report(.failed(error, retryAfter: pause))
            due = clock.monotonic + pause
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// One portion.
    private func serve() throws(FollowerError) -> Int {
        let known = follower.refused
        let portion = try stored { () throws(ProfileStoreError) -> [UnsentDay]? in
            if !isKnown { try store.follow(name, at: clock.utc) }
            isKnown = true
            due = clock.monotonic + Self.look
            // Of several who use the store one serves it.
            guard try store.mayAsk(at: name) else { return nil }
            return try store.unsent(name, most: Self.portion, without: known)
        }
        guard let days = portion else { return 0 }
        if !days.isEmpty { try follower.deliver(days) }
        let refused = follower.refused
        try stored { () throws(ProfileStoreError) in try store.settle(days, refused: refused, of: name, at: clock.utc) }
        if days.count >= Self.portion { due = clock.monotonic }
        return days.count { !refused.contains($0.register.id) }
    }

    private func stored<Value>(
        _ work: () throws(ProfileStoreError) -> Value
    ) throws(FollowerError) -> Value {
        do throws(ProfileStoreError) { return try work() } catch { throw FollowerError(error) }
    }
}
