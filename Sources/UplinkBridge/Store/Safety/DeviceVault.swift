import LoRaWAN
import RadioDrivers
import Timekeeping

/// Keeps the LoRaWAN device in two places, so that no counter is used twice whatever happens to one of them: a chip's with its
/// session, or a module's, which has the keys of its session itself.
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
        /// Of a module that is the radio, or was before.
        var module: RN2483Record?
        /// The FCntUp behind those set aside, when they may have been used.
        var assumedCounter: FrameCounter?
        /// Whether air-time may have been spent of which nobody knows.
        var mayHaveSent = false
        var isFromSafetyFile = false
        /// Why a record of the state file was of no use.
        var damage: [String] = []
    }

    /// The state must have been stored nowhere for so long before anything is sent without that: a start within this time
    /// on the same boot knows that nothing was.
    static let patience = TimeSpan.minutes(10)

    private let store: StateStore
    private var sequence: UInt64 = 0
    /// What the safety file allows for; nil before it was written.
    private var reserve: (of: KeptDevice, amount: TransmissionReserve)?
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
            restored.damage.append("\(error)")
        }
        restored.module = stored.module.flatMap { RN2483Record(decoding: $0) }
        if stored.module != nil, restored.module == nil { restored.damage.append("the module's record can't be read") }
        restored.nextDevNonce = stored.nextDevNonce
        sequence = stored.sequence
        lastCommit = now
        guard let (record, safe) = safetyRecord else { return restored }
        restored.nextDevNonce = max(restored.nextDevNonce, safe.state.nextDevNonce)
        sequence = max(sequence, record.sequence)
        // A module's session is not in the state, and a chip's is in nothing else.
        let isModules = restored.state?.session == nil
        let isWhole = !isModules || stored.module == nil || restored.module != nil
        guard let state = restored.state, isWhole, record.sequence <= stored.sequence else {
            (restored.state, restored.isFromSafetyFile, restored.mayHaveSent) = (safe.state, true, true)
            restored.module = safe.module ?? restored.module
            return restored
        }
        let kept = KeptDevice(state: state, module: isModules ? restored.module : nil)
        if kept.nextCounter != nil, let storedAt = stored.storedAt {
            let isRecent = storedAt <= now && now - storedAt < Self.patience
            restored.mayHaveSent = !isRecent || state.bootIdentifier != bootIdentifier
            if safe.isInSession(of: kept) { restored.assumedCounter = safe.nextCounter }
        }
        return restored
    }

    private var safetyRecord: (SafetyFile.Record, KeptDevice)? {
        for record in store.safety.records() {
            if let kept = KeptDevice(decoding: record.bytes), kept.state.devEUI == store.devEUI {
                return (record, kept)
            }
        }
        return nil
    }

    /// The service ends: nothing will be sent any more, and the next start knows it.
    func close(_ kept: KeptDevice) {
        sequence += 1
        try? store.save(StoredDevice(kept, sequence: sequence, storedAt: nil))
    }

    /// Returns when it is on the disk, or when it need not be.
    /// - Returns: how it was kept, and what kept it from the safety file.
    func commit(_ kept: KeptDevice, at now: MonotonicInstant) throws(StoreError) -> (Keeping, StoreError?) {
        sequence += 1
        var (failure, safetyFailure): (StoreError?, StoreError?)
        do {
            try store.save(StoredDevice(kept, sequence: sequence, storedAt: now))
        } catch .powerCut {
            throw .powerCut
        } catch {
            failure = error
        }
        if failure != nil || !isCovered(kept, at: now) {
            do {
                try store.safety.write(
                    SafetyFile.Record(sequence: sequence, bytes: kept.settingAside().encoded()))
                reserve = kept.nextCounter.map { (kept, TransmissionReserve(of: kept.state, counter: $0)) }
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
        guard let reserve, let next = kept.nextCounter, isCovered(kept, at: now), let lastCommit,
            now - lastCommit >= Self.patience, !store.safety.isDeleted
        else { throw failure }
        return (.onReserve(failure, uplinksLeft: reserve.amount.uplinksLeft(from: next)), nil)
    }

    private func isCovered(_ kept: KeptDevice, at now: MonotonicInstant) -> Bool {
        guard let reserve, let next = kept.nextCounter, kept.isInSession(of: reserve.of),
            kept.module?.session?.isSaved == reserve.of.module?.session?.isSaved
        else { return false }
        return reserve.amount.covers(kept.state, counter: next, at: now)
    }
}

extension StoredDevice {
    fileprivate init(_ kept: KeptDevice, sequence: UInt64, storedAt: MonotonicInstant?) {
        self.init(
            state: kept.state.encoded(), nextDevNonce: kept.state.nextDevNonce, module: kept.module?.encoded,
            sequence: sequence, storedAt: storedAt)
    }
}
