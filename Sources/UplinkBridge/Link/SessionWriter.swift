import BridgeStore
import LoRaWAN
import Timekeeping

/// Keeps a link's device in the ``SessionStore``, and tells when the disk does not take it as it should.
final class SessionWriter {
    private let sessionStore: SessionStore
    /// Whether the latest state went where it belongs.
    private var storesWell = true
    private let report: (LinkEvent) -> Void

    init(_ store: StateStore, report: @escaping (LinkEvent) -> Void) {
        sessionStore = SessionStore(store)
        self.report = report
    }

    /// - Parameters:
    ///   - bootIdentifier: ``Clock/bootIdentifier``.
    ///   - now: on that boot's clock.
    func restore(bootIdentifier: String, at now: MonotonicInstant) throws(StoreError) -> SessionStore.Restored {
        let restored = try sessionStore.restore(bootIdentifier: bootIdentifier, at: now)
        for damage in restored.damage { report(.recordDamaged(damage)) }
        if restored.isFromSafetyFile { report(.restoredFromSafetyFile) }
        return restored
    }

    /// - Returns: whether what the device is about to send may go out.
    func store(_ kept: KeptDevice, at now: MonotonicInstant) -> Bool {
        let wasWell = storesWell
        do {
            let (keeping, safetyFailure) = try sessionStore.commit(kept, at: now)
            storesWell = keeping == .stored && safetyFailure == nil
            switch keeping {
            case .stored: break
            case .inSafetyFile(let failure): report(.storedInSafetyFile(failure))
            case .onReserve(let failure, let left): report(.sendingOnReserve(failure, uplinksLeft: left))
            }
            if let safetyFailure { report(.safetyFileFailed(safetyFailure)) }
            if storesWell, !wasWell { report(.storeRecovered) }
            return true
        } catch {
            storesWell = false
            report(.storeFailed(error))
            return false
        }
    }

    func close(_ kept: KeptDevice) { sessionStore.close(kept) }
}
