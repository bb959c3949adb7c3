import Synchronization

@testable import BridgeStore

/// A disk that a test can break.
final class FaultyDisk: Sendable {
    private let fault = Mutex<@Sendable (DiskStep) -> DiskFault?>({ _ in nil })

    var faults: DiskFaults {
        { [self] step in fault.withLock { $0 }(step) }
    }

    func works() { fault.withLock { $0 = { _ in nil } } }

    /// Nothing can be written.
    func isReadOnly() {
        fault.withLock { fault in
            fault = { if case .beforeStoring = $0 { .fails("read-only file system") } else { nil } }
        }
    }

    /// Only what has its place already can be written.
    func isFull() {
        fault.withLock { fault in
            fault = { $0 == .beforeStoring(.database) ? .fails("database or disk is full") : nil }
        }
    }

    /// The safety file can't be written.
    func hasNoSafety() {
        fault.withLock { $0 = { $0 == .beforeStoring(.safetyFile) ? .fails("input/output error") : nil } }
    }

    /// Nothing can be read or written.
    func isGone() { fault.withLock { $0 = { _ in .fails("input/output error") } } }

    /// The power is cut at a step, counted from now on; nothing is written afterwards.
    func cut(atStep number: Int) {
        let count = Mutex(0)
        fault.withLock { fault in
            fault = { step in
                guard step != .reading else { return nil }
                return count.withLock { count in
                    count += 1
                    return count >= number ? .powerCut : nil
                }
            }
        }
    }
}
