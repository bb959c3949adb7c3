/// Where the bridge stores.
package enum StatePlace: Hashable, Sendable {
    case database
    /// The few numbers beside it; see ``SessionStore``.
    case safetyFile
}

/// A moment at which a disk may fail.
package enum DiskStep: Hashable, Sendable {
    case reading
    case beforeStoring(StatePlace)
    /// What was to be stored is on the disk.
    case stored(StatePlace)
}

/// What a simulated disk does at a step.
package enum DiskFault: Hashable, Sendable {
    /// It says why: no room, read-only, an I/O error.
    case fails(String)
    /// Nothing that follows is carried out: the simulation ends this run, and starts another on the same files.
    case powerCut
}

/// Asked at each step; nil lets the disk work. Called from all threads.
package typealias DiskFaults = @Sendable (DiskStep) -> DiskFault?

extension DiskFault {
    func error(_ path: String) -> StoreError {
        switch self {
        case .fails(let reason): .unusable(path: path, reason: reason)
        case .powerCut: .powerCut
        }
    }
}
