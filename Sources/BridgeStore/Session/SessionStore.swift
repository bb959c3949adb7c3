import LoRaWAN
import RadioDrivers
package import Timekeeping

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
///   no new session.
/// - The service ended without notice: what it committed last may be lost with a damaged log, so the counters are taken as
///   used. After ``patience``, or another boot, so is the air-time.
/// - Both are lost: the device is new. Its DevNonces begin at 0 and the server has to forget those it has seen.
package final class SessionStore {
    /// How the latest state was kept.
    package enum Keeping: Hashable {
        case stored
        /// In the safety file alone.
        case inSafetyFile(StoreError)
        /// Nowhere: so many uplinks may still follow.
        case onReserve(StoreError, uplinksLeft: Int)
    }

    /// The state must have been stored nowhere for so long before anything is sent without that: a start within this time
    /// on the same boot knows that no more air-time was spent.
    static let patience = TimeSpan.minutes(10)

    private let store: StateStore
    private var sequence: UInt64 = 0
    /// What the safety file allows for; nil before it was written.
    private var reserve: (of: KeptDevice, amount: TransmissionReserve)?
    private var lastCommit: MonotonicInstant?

    package init(_ store: StateStore) { self.store = store }

    /// - Parameters:
    ///   - bootIdentifier: ``Clock/bootIdentifier``.
    ///   - now: on that boot's clock.
    /// - Throws: where the disk does not give what may be there: to begin anew would be to use counters twice.
    package func restore(bootIdentifier: String, at now: MonotonicInstant) throws(StoreError) -> Restored {
        let stored = try store.device()
        var restored = Restored(stored)
        (sequence, lastCommit) = (stored.sequence, now)
        do throws(StoreError) {
            let content = try store.safety.content()
            let whole = Self.whole(content.records, devEUI: store.devEUI)
            if content.isThere, whole.isEmpty { restored.damage.append("nothing in \(store.safety.path) is whole") }
            if let safe = whole.first {
                sequence = max(sequence, safe.sequence)
                restored.consider(safe.kept, isNewer: safe.sequence > stored.sequence)
            }
            if !restored.isFromSafetyFile, restored.kept?.nextCounter != nil, let storedAt = stored.storedAt {
                restored.assumeCountersUsed()
                let isRecent = storedAt <= now && now - storedAt < Self.patience
                restored.mayHaveSent = !isRecent || restored.state?.bootIdentifier != bootIdentifier
            }
            if let failure = keepTwice(restored, records: whole.count, at: now) {
                if case .powerCut = failure { throw failure }
                restored.damage.append("\(failure)")
            }
        } catch {
            if case .powerCut = error { throw error }
            guard restored.kept != nil else { throw error }
            // It may be ahead of the state file.
            restored.damage.append("\(error)")
            restored.nextDevNonce += Self.unknownJoins
            restored.assumeCountersUsed()
            restored.mayHaveSent = true
        }
        return restored
    }

    /// So many join-requests are skipped where the file that may know of them can't be read.
    private static let unknownJoins: UInt32 = 16

    private static func whole(
        _ records: [SafetyFile.Record], devEUI: DevEUI
    ) -> [(sequence: UInt64, kept: KeptDevice)] {
        records.compactMap { record in
            KeptDevice(decoding: record.bytes).map { (record.sequence, $0) }
        }.filter { $0.kept.state.devEUI == devEUI }
    }

    /// What one place had lost is there again before anything happens to the other, and both know which counters are taken
    /// as used: a place that is lost later must not bring them back.
    /// - Returns: why not.
    private func keepTwice(_ restored: Restored, records: Int, at now: MonotonicInstant) -> StoreError? {
        guard var kept = restored.kept else { return nil }
        if let counter = restored.assumedCounter {
            kept = kept.goingOn(at: counter)
            sequence += 1
        }
        let isAhead = restored.assumedCounter != nil
        do {
            if restored.isFromSafetyFile || isAhead {
                let device = StoredDevice(kept, sequence: sequence, storedAt: now)
                try Retry.whileDiskFails(upTo: Retry.brief) { try store.save(device) }
            }
            if !restored.isFromSafetyFile, records < 2 || isAhead {
                try store.safety.write(SafetyFile.Record(sequence: sequence, bytes: kept.settingAside().encoded()))
            }
            return nil
        } catch {
            return StoreError(error, path: store.path)
        }
    }

    /// The service ends: nothing will be sent any more, and the next start knows it.
    package func close(_ kept: KeptDevice) {
        sequence += 1
        try? store.save(StoredDevice(kept, sequence: sequence, storedAt: nil), isLast: true)
    }

    /// Returns when it is on the disk, or when it need not be.
    /// - Returns: how it was kept, and what kept it from the safety file.
    package func commit(_ kept: KeptDevice, at now: MonotonicInstant) throws(StoreError) -> (Keeping, StoreError?) {
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
