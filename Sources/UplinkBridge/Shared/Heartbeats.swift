import HardwareInterfaces
import Synchronization
import Timekeeping

/// Which threads come round. A thread may wait for hours with good reason, so it is woken from time to time; one that does
/// not come round then is stuck.
final class Heartbeats: Sendable {
    /// One thread's place.
    struct Sign: Sendable {
        let name: String
        var last: MonotonicInstant
        var hasBegun = false
        let sleeper: any Waking
    }

    private let content = Mutex<[Sign]>([])
    private let watcher: (any Waking)?

    /// - Parameter watcher: woken when a thread comes round for the first time.
    init(watcher: (any Waking)? = nil) { self.watcher = watcher }

    /// How long nobody is left asleep.
    static let longestPeriod = TimeSpan.seconds(15)

    /// - Parameter sleeper: ends the thread's wait.
    func add(_ name: String, sleeper: any Waking, at now: MonotonicInstant) {
        content.withLock { $0.append(Sign(name: name, last: now, sleeper: sleeper)) }
    }

    /// The thread has done what there was to do.
    func beat(_ name: String, at now: MonotonicInstant) {
        let isFirst = content.withLock { signs in
            guard let index = signs.firstIndex(where: { $0.name == name }) else { return false }
            defer { signs[index].hasBegun = true }
            signs[index].last = now
            return !signs[index].hasBegun
        }
        if isFirst { watcher?.wake() }
    }

    var signs: [Sign] { content.withLock { $0 } }

    var allHaveBegun: Bool { signs.allSatisfy(\.hasBegun) }

    func allCameRound(within span: TimeSpan, at now: MonotonicInstant) -> Bool {
        signs.allSatisfy { $0.hasBegun && now - $0.last <= span }
    }

    func wakeAll() { for sign in signs { sign.sleeper.wake() } }
}
