import LoRaWAN
import RadioDrivers
import Timekeeping

/// Grants a module its transmissions: accounts and record are on the disk, in one transaction, before it is told to send.
final class ModuleGate: TransmissionGate {
    private(set) var accounts: AirTimeAccounts
    private var record: RN2483Record?
    private let store: StateStore
    private let report: (LinkEvent) -> Void

    /// How long to wait before the state is stored again.
    private static let storagePause = TimeSpan.seconds(30)

    init(
        accounts: AirTimeAccounts, record: RN2483Record?, store: StateStore, report: @escaping (LinkEvent) -> Void
    ) {
        self.accounts = accounts
        self.record = record
        self.store = store
        self.report = report
    }

    func authorize(
        _ transmission: ModuleTransmission, record: RN2483Record, at now: MonotonicInstant
    ) -> TransmissionGrant {
        // Whatever was granted before is over, or the module would not ask.
        accounts.closeLatest(at: now)
        let grant = accounts.grant(transmission, at: now)
        guard grant == .granted else { return grant }
        var paid = accounts
        paid.record(transmission, at: now)
        guard save(paid, record) else { return .later(now + Self.storagePause, .storage) }
        accounts = paid
        return .granted
    }

    func close(at now: MonotonicInstant, airTime: TimeSpan?) { accounts.closeLatest(at: now, airTime: airTime) }

    func withdraw() { accounts.withdrawLatest() }

    func keep(_ record: RN2483Record) { _ = save(accounts, record) }

    func noteJoin() {
        accounts.recordJoinSuccess()
        if let record { keep(record) }
    }

    func setPurse(_ limit: TimeSpan?) { accounts.setPurse(limit) }

    /// - Returns: whether it is on the disk.
    private func save(_ accounts: AirTimeAccounts, _ record: RN2483Record) -> Bool {
        self.record = record
        let state = accounts.state
        do {
            try store.save(
                StoredDevice(state: state.encoded(), nextDevNonce: state.nextDevNonce, module: record.encoded))
            return true
        } catch {
            report(.storeFailed(error))
            return false
        }
    }
}
