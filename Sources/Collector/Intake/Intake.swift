package import CollectorStore
package import ServerEvents
package import Timekeeping

/// Gathers what was judged, and writes it in batches.
package struct Intake {
    /// What has come of everything that was taken.
    package struct Counts: Hashable, Sendable {
        package var uplinks = 0
        package var repeated = 0
        /// Boundaries of registers that are known now and were not.
        package var added = 0
        /// Messages that say nothing of readings.
        package var passed = 0
        package var troubles: [String: Int] = [:]
        package var devices: Set<DeviceIdentifier> = []
    }

    private let store: any ProfileStore
    private let judge: UplinkJudge
    private var batch = ProfileBatch()
    package private(set) var counts = Counts()
    /// Called with each trouble, which is counted whatever comes of this.
    package var onTrouble: (StoredTrouble) -> Void = { _ in }

    /// Uplinks in one transaction.
    package static let largestBatch = 500

    package init(_ store: any ProfileStore, fleets: Fleets) {
        self.store = store
        judge = UplinkJudge(fleets)
    }

    /// Takes a message; it is on the disk after the next ``commit()``.
    package mutating func take(
        _ bytes: [UInt8], event: String? = nil, topic: String? = nil, at now: UTCInstant
    ) throws(ProfileStoreError) {
        switch judge.judge(bytes, event: event, topic: topic, at: now) {
        case .stored(let uplink, let warning):
            batch.uplinks.append(uplink)
            if let warning { note(warning) }
        case .reply(let uplink, _): batch.uplinks.append(uplink)
        case .downlink, .passed: counts.passed += 1
        case .refused(let trouble): note(trouble)
        }
        if batch.uplinks.count >= Self.largestBatch { try commit() }
    }

    /// Something that came and is no message.
    package mutating func note(_ trouble: StoredTrouble) {
        counts.troubles[trouble.kind, default: 0] += 1
        onTrouble(trouble)
        if let index = batch.troubles.firstIndex(where: { $0.kind == trouble.kind }) {
            var sum = trouble
            sum.count += batch.troubles[index].count
            batch.troubles[index] = sum
        } else {
            batch.troubles.append(trouble)
        }
    }

    package mutating func commit() throws(ProfileStoreError) {
        guard !batch.isEmpty else { return }
        let uplinks = batch.uplinks
        let outcomes = try store.write(batch)
        batch = ProfileBatch()
        for (uplink, outcome) in zip(uplinks, outcomes) {
            counts.uplinks += 1
            counts.repeated += outcome.isRepeated ? 1 : 0
            counts.added += outcome.added
            counts.devices.insert(uplink.event.device)
            guard outcome.contradictions > 0 else { continue }
            note(
                StoredTrouble(
                    kind: TroubleKind.contradiction.rawValue, at: uplink.receivedAt,
                    text: "\(uplink.event.device): \(outcome.contradictions) registers are not what was told before"))
        }
        guard !batch.troubles.isEmpty else { return }
        _ = try store.write(batch)
        batch = ProfileBatch()
    }
}
