package import CollectorStore
import LoadProfile
package import ServerEvents
package import Timekeeping
package import UplinkPayload

/// Gathers what was judged, and writes it in batches.
package struct Intake {
    /// What has come of everything that was taken.
    package struct Counts: Hashable, Sendable {
        package var uplinks = 0
        package var repeated = 0
        /// Reports that were lost and computed from sums.
        package var computed = 0
        /// Boundaries of registers that are known now and were not.
        package var added = 0
        /// Messages that say nothing of readings.
        package var passed = 0
        package var troubles: [String: Int] = [:]
        package var devices: Set<DeviceIdentifier> = []
    }

    /// What one batch brought.
    package struct Committed: Sendable {
        package var uplinks: [StoredUplink] = []
        /// Answers to downlinks.
        package var replies: [(device: DeviceIdentifier, report: DecodedReport)] = []
    }

    private let store: any ProfileStore
    private let judge: UplinkJudge
    /// Of devices that send sums of their reports.
    private var sums = SumDesk()
    private var batch = ProfileBatch()
    private var replies: [(DeviceIdentifier, DecodedReport)] = []
    /// Of the uplinks of the batch.
    private var places: [Int] = []
    /// Where the next message stands in what it is read from: told with what is wrong with it.
    package var place = 0
    package private(set) var counts = Counts()
    /// Called with each trouble, which is counted whatever comes of this.
    package var onTrouble: (StoredTrouble, _ place: Int) -> Void = { _, _ in }

    /// Uplinks in one transaction.
    package static let largestBatch = 500

    package init(_ store: any ProfileStore, fleets: Fleets) {
        self.store = store
        judge = UplinkJudge(fleets)
    }

    /// Messages that wait for ``commit()``.
    package var waiting: Int { batch.uplinks.count }

    /// Takes a message; it is on the disk after the next ``commit()``.
    package mutating func take(_ bytes: [UInt8], event: String? = nil, topic: String? = nil, at now: UTCInstant) {
        switch judge.judge(bytes, event: event, topic: topic, at: now) {
        case .stored(var uplink, let warning):
            compute(&uplink, at: now)
            append(uplink)
            if let warning { note(warning) }
        case .reply(let uplink, let report):
            append(uplink)
            replies.append((uplink.event.device, report))
        case .downlink, .passed: counts.passed += 1
        case .refused(let trouble): note(trouble)
        }
    }

    /// Lost reports that an uplink lets compute are taken in with it.
    private mutating func compute(_ uplink: inout StoredUplink, at now: UTCInstant) {
        let event = uplink.event
        for finding in sums.hear(event) {
            switch finding {
            case .report(let source):
                guard let registers = judge.registers(of: source.payload, from: uplink, at: now) else { continue }
                uplink.registers += registers
                counts.computed += 1
            case .contradiction(let counter):
                note(
                    StoredTrouble(
                        kind: TroubleKind.contradiction.rawValue, at: now,
                        text: "\(event.device): the sum of frame \(counter) is not that of the reports which came"))
            }
        }
    }

    private mutating func append(_ uplink: StoredUplink) {
        batch.uplinks.append(uplink)
        places.append(place)
    }

    /// Something that came and is no message.
    package mutating func note(_ trouble: StoredTrouble) { note(trouble, at: place) }

    private mutating func note(_ trouble: StoredTrouble, at place: Int) {
        counts.troubles[trouble.kind, default: 0] += 1
        onTrouble(trouble, place)
        if let index = batch.troubles.firstIndex(where: { $0.kind == trouble.kind }) {
            var sum = trouble
            sum.count += batch.troubles[index].count
            batch.troubles[index] = sum
        } else {
            batch.troubles.append(trouble)
        }
    }

    /// Forgets what waits; it will be taken anew, and what was computed of it with it.
    package mutating func discard() {
        for uplink in batch.uplinks { sums.forget(uplink.event.device) }
        clear()
    }

    private mutating func clear() {
        batch = ProfileBatch()
        replies = []
        places = []
    }

    /// - Returns: what is in the store now.
    @discardableResult
    package mutating func commit() throws(ProfileStoreError) -> Committed {
        guard !batch.isEmpty else { return Committed() }
        let (uplinks, places) = (batch.uplinks, places)
        let outcomes = try store.write(batch)
        let committed = Committed(uplinks: uplinks, replies: replies)
        clear()
        for ((uplink, place), outcome) in zip(zip(uplinks, places), outcomes) {
            counts.uplinks += 1
            counts.repeated += outcome.isRepeated ? 1 : 0
            counts.added += outcome.added
            counts.devices.insert(uplink.event.device)
            guard outcome.contradictions > 0 else { continue }
            note(
                StoredTrouble(
                    kind: TroubleKind.contradiction.rawValue, at: uplink.receivedAt,
                    text: "\(uplink.event.device): \(outcome.contradictions) registers are not what was told before"),
                at: place)
        }
        guard !batch.troubles.isEmpty else { return committed }
        _ = try store.write(batch)
        batch = ProfileBatch()
        return committed
    }
}
