import BridgeStore
import LoRaWAN
import RadioDrivers
import Timekeeping

/// Grants a module its transmissions: accounts and record are on the disk, in one transaction, before it is told to send.
final class ModuleBudget: TransmissionBudget {
    private(set) var accounts: AirTimeAccounts
    private var record: ModuleRecord?
    private let writer: SessionWriter

    /// How long to wait before the state is stored again.
    private static let storagePause = TimeSpan.seconds(30)

    init(accounts: AirTimeAccounts, record: ModuleRecord?, writer: SessionWriter) {
        self.accounts = accounts
        self.record = record
        self.writer = writer
    }

    func authorize(
        _ transmission: ModuleTransmission, record: ModuleRecord, at now: MonotonicInstant
    ) -> TransmissionGrant {
        // Whatever was granted before is over, or the module would not ask.
        accounts.closeLatest(at: now)
        let grant = accounts.grant(transmission, at: now)
        guard grant == .granted else { return grant }
        var paid = accounts
        paid.record(transmission, at: now)
        guard save(paid, record, at: now) else { return .later(now + Self.storagePause, .storage) }
        accounts = paid
        return .granted
    }

    func close(at now: MonotonicInstant, airTime: TimeSpan?) { accounts.closeLatest(at: now, airTime: airTime) }

    func withdraw() { accounts.withdrawLatest() }

    func book(_ transmission: ModuleTransmission, record: ModuleRecord, at now: MonotonicInstant) {
        accounts.closeLatest(at: now)
        accounts.record(transmission, at: now)
        accounts.closeLatest(at: now)
        keep(record, at: now)
    }

    func keep(_ record: ModuleRecord, at now: MonotonicInstant) { _ = save(accounts, record, at: now) }

    /// What the link learns of the network goes to the disk with the next that is kept.
    func note(_ change: (inout AirTimeAccounts) -> Void) { change(&accounts) }

    func noteJoin(at now: MonotonicInstant, utc: UTCInstant?) {
        accounts.recordJoinSuccess(at: now, utc: utc)
        if let record { keep(record, at: now) }
    }

    func setDailyAirTime(_ limit: TimeSpan?) { accounts.setDailyAirTime(limit) }

    /// Nothing more will be ordered. What the module is at may go on; the accounts know that.
    func end() {
        if let record { writer.close(KeptDevice(state: accounts.state, module: record)) }
    }

    /// - Returns: whether it is kept.
    private func save(_ accounts: AirTimeAccounts, _ record: ModuleRecord, at now: MonotonicInstant) -> Bool {
        self.record = record
        return writer.store(KeptDevice(state: accounts.state, module: record), at: now)
    }
}
