import Synchronization

@testable import BridgeStore

/// A disk that a test can break.
final class FaultyDisk: Sendable {
    /// In a structure: a function by itself is wrapped once more each time that the lock gives it out.
    private struct Fault { var at: DiskFaults = { _ in nil } }
    private let fault = Mutex(Fault())

    var faults: DiskFaults {
        { [self] step in fault.withLock { $0.at }(step) }
    }

    func works() { fault.withLock { $0.at = { _ in nil } } }

    /// Nothing can be written.
    func isReadOnly() {
        fault.withLock { fault in
            fault.at = { if case .beforeStoring = $0 { .fails("read-only file system") } else { nil } }
        }
    }

    /// Only what has its place already can be written.
    func isFull() {
        fault.withLock { fault in
            fault.at = { $0 == .beforeStoring(.database) ? .fails("database or disk is full") : nil }
        }
    }

    /// The safety file can't be written.
    func hasNoSafety() {
        fault.withLock { $0.at = { $0 == .beforeStoring(.safetyFile) ? .fails("input/output error") : nil } }
    }

    /// Nothing can be read or written.
    func isGone() { fault.withLock { $0.at = { _ in .fails("input/output error") } } }

    /// The power is cut at a step, counted from now on; nothing is written afterwards.
    func cut(atStep number: Int) {
        let count = Mutex(0)
        fault.withLock { fault in
            fault.at = { step in
                guard step != .reading else { return nil }
                return count.withLock { count in
                    count += 1
                    return count >= number ? .powerCut : nil
                }
            }
        }
    }
}
