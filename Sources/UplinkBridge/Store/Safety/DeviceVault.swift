import LoRaWAN
import Timekeeping

/// Keeps the LoRaWAN device in two places, so that no counter is used twice whatever happens to one of them.
///
/// Each state goes to the state file. The safety file has one from time to time, with frame counters set aside
/// (``TransmissionReserve``): again whenever there is another session or DevNonce, when the counters run out, or when more
/// air-time was spent than is set aside. Then:
///
/// - The state file is lost: the session goes on behind the counters that were set aside, and what they may have cost is taken
///   as spent.
/// - The state file can't be written, for the disk is full: each state goes to the safety file, where there is room. Nothing
///   is held back.
/// - Neither can be written: after ``patience`` uplinks go on within what was set aside, an eighth of each account. No join,
///   no new session. A start that finds that long without a commit, or another boot, takes the reserve as used.
/// - Both are lost: the device is new. Its DevNonces begin at 0 and the server has to forget those it has seen.
final class DeviceVault {
    /// How the latest state was kept.
    enum Keeping: Hashable {
        case stored
        /// In the safety file alone.
        case inSafetyFile(StoreError)
        /// Nowhere: so many uplinks may still follow.
        case onReserve(StoreError, uplinksLeft: Int)
    }

    /// What was found at the start.
    struct Restored {
        var state: DeviceState?
        var nextDevNonce: UInt32 = 0
        /// Of a module that was the radio before.
        var module: [UInt8]?
        /// The FCntUp behind those set aside, when they may have been used.
        var assumedCounter: FrameCounter?
        /// Whether air-time may have been spent of which nobody knows.
        var mayHaveSent = false
        var isFromSafetyFile = false
        /// Why the state file's record was of no use.
        var damage: DeviceStateError?
    }

    /// The state must have been stored nowhere for so long before anything is sent without that: a start within this time
    /// on the same boot knows that nothing was.
    static let patience = TimeSpan.minutes(10)

    private let store: StateStore
    private var sequence: UInt64 = 0
    /// What the safety file allows for; nil before it was written.
    private var reserve: TransmissionReserve?
    private var lastCommit: MonotonicInstant?

    init(_ store: StateStore) { self.store = store }

    /// - Parameters:
    ///   - bootIdentifier: ``Clock/bootIdentifier``.
    ///   - now: on that boot's clock.
    func restore(bootIdentifier: String, at now: MonotonicInstant) throws(StoreError) -> Restored {
        var restored = Restored()
        let stored = try store.device()
        do {
            restored.state = try stored.state.map { bytes throws(DeviceStateError) in try DeviceState(decoding: bytes) }
        } catch {
            restored.damage = error
        }
        (restored.nextDevNonce, restored.module) = (stored.nextDevNonce, stored.module)
        sequence = stored.sequence
        lastCommit = now
        guard let (record, safe) = safetyRecord else { return restored }
        restored.nextDevNonce = max(restored.nextDevNonce, safe.nextDevNonce)
        sequence = max(sequence, record.sequence)
        if restored.state == nil || record.sequence > stored.sequence {
            (restored.state, restored.isFromSafetyFile, restored.mayHaveSent) = (safe, true, true)
        } else if let state = restored.state, state.session != nil, let storedAt = stored.storedAt {
            let isRecent = storedAt <= now && now - storedAt < Self.patience
            restored.mayHaveSent = !isRecent || state.bootIdentifier != bootIdentifier
            if safe.isInSession(of: state) { restored.assumedCounter = safe.session?.uplinkCounter }
        }
        return restored
    }

    private var safetyRecord: (SafetyFile.Record, DeviceState)? {
        for record in store.safety.records() {
            if let state = try? DeviceState(decoding: record.bytes), state.devEUI == store.devEUI {
                return (record, state)
            }
        }
        return nil
    }

    /// The service ends: nothing will be sent any more, and the next start knows it.
    func close(_ state: DeviceState) {
        sequence += 1
        try? store.save(
            StoredDevice(state: state.encoded(), nextDevNonce: state.nextDevNonce, sequence: sequence))
    }

    /// Returns when the state is on the disk, or when it need not be.
    /// - Returns: how it was kept, and what kept it from the safety file.
    func commit(_ state: DeviceState, at now: MonotonicInstant) throws(StoreError) -> (Keeping, StoreError?) {
        sequence += 1
        var (failure, safetyFailure): (StoreError?, StoreError?)
        do {
            try store.save(
                StoredDevice(
                    state: state.encoded(), nextDevNonce: state.nextDevNonce, sequence: sequence, storedAt: now))
        } catch .powerCut {
            throw .powerCut
        } catch {
            failure = error
        }
        if failure != nil || reserve?.covers(state, at: now) != true {
            do {
                try store.safety.write(
                    SafetyFile.Record(sequence: sequence, bytes: state.settingAside().encoded()))
                reserve = TransmissionReserve(of: state)
            } catch .powerCut {
                throw .powerCut
            } catch {
                safetyFailure = error
            }
        }
        guard let failure else {
            lastCommit = now
            // What it allows for is less than was used: it is of no help any more.
            if safetyFailure != nil { reserve = nil }
            return (.stored, safetyFailure)
        }
        guard safetyFailure != nil else {
            lastCommit = now
            return (.inSafetyFile(failure), nil)
        }
        guard let reserve, reserve.covers(state, at: now), let lastCommit, now - lastCommit >= Self.patience,
            !store.safety.isDeleted
        else { throw failure }
        return (.onReserve(failure, uplinksLeft: reserve.uplinksLeft(after: state)), nil)
    }
}
