import BridgeStore
import Synchronization
import Timekeeping

/// The disk of a simulation: it takes everything, or for a while nothing, or all but the safety file's few bytes.
final class TrialDisk: Sendable {
    private struct Trouble {
        var refuses: Bool
        /// A disk that is full still takes what has its place already.
        var isFull: Bool
    }

    private let trouble = Mutex(Trouble(refuses: false, isFull: false))

    var works: Bool { trouble.withLock { !$0.refuses } }

    func fail(isFull: Bool) { trouble.withLock { $0 = Trouble(refuses: true, isFull: isFull) } }

    func heal() { trouble.withLock { $0.refuses = false } }

    func fault(at step: DiskStep) -> DiskFault? {
        trouble.withLock { trouble in
            guard trouble.refuses else { return nil }
            switch step {
            case .beforeStoring(.database): return .fails("no space left on device")
            case .beforeStoring(.safetyFile): return trouble.isFull ? nil : .fails("read-only file system")
            case .reading, .stored: return nil
            }
        }
    }
}
