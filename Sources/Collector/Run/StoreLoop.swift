package import CollectorStore
package import HardwareInterfaces
import LoadProfile
import MeterValues
package import ServerEvents
import Synchronization
package import Timekeeping

/// Takes what was spooled into the store, and asks for what is missing. For one thread.
package final class StoreLoop {
    package enum Event: Sendable {
        case trouble(StoredTrouble)
        /// The store can't be written; what comes waits in the spool.
        case storeFailed(ProfileStoreError)
        case storeWorks
        case asked(DeviceIdentifier, commands: Int)
        case forgot(days: Int)
    }

    private let spool: Spool
    private let store: any ProfileStore
    private var intake: Intake
    private var desk: RequestDesk
    private let fleets: Fleets
    /// By the numbers of the `[[server]]`s.
    private let outboxes: [Outbox]
    private var publisher: MeterPublisher?
    /// A broker that was reached anew may have forgotten what it was told.
    private let publishesAll: SharedFlag?
    private let keep: TimeSpan?
    /// Called when something new is in the store.
    package var onStored: () -> Void = {}
    private let clock: any Clock
    private let report: (Event) -> Void
    private var nextDrain: MonotonicInstant
    private var nextPruning: MonotonicInstant
    private var hasFailed = false

    /// What comes within it is one transaction; nothing waits longer for the disk of the store.
    private static let gathering = TimeSpan.milliseconds(250)
    private static let retry = TimeSpan.seconds(5)
    private static let pruning = TimeSpan.hours(1)
    /// A follower that is away for longer gets everything again.
    private static let absence = TimeSpan.hours(24 * 60)

    package init(
        spool: Spool, store: any ProfileStore, fleets: Fleets, outboxes: [Outbox] = [], keep: TimeSpan? = nil,
        publisher: MeterPublisher? = nil, publishesAll: SharedFlag? = nil, clock: any Clock,
        report: @escaping (Event) -> Void
    ) {
        self.publisher = publisher
        self.publishesAll = publishesAll
        self.spool = spool
        self.store = store
        self.fleets = fleets
        self.outboxes = outboxes
        self.keep = keep
        self.clock = clock
        self.report = report
        intake = Intake(store, fleets: fleets)
        intake.onTrouble = { trouble, _ in report(.trouble(trouble)) }
        desk = RequestDesk(store, fleets: fleets)
        nextDrain = clock.monotonic
        nextPruning = clock.monotonic
    }

    package func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant {
        spool.isEmpty ? now + .seconds(5) : max(nextDrain, now)
    }

    package func poll() {
        let now = clock.monotonic
        guard nextDrain <= now else { return }
        nextDrain = now + Self.gathering
        do throws(ProfileStoreError) {
            try drain()
            if publishesAll?.take() == true { try publisher?.publishAll() }
            if nextPruning <= now { try prune(at: now) }
            if hasFailed { report(.storeWorks) }
            hasFailed = false
        } catch {
            if !hasFailed { report(.storeFailed(error)) }
            hasFailed = true
            nextDrain = now + Self.retry
        }
    }

    /// The last look before the end.
    package func finish() {
        nextDrain = clock.monotonic
        poll()
    }

    private func drain() throws(ProfileStoreError) {
        while !spool.isEmpty {
            let messages = spool.next(most: Intake.largestBatch)
            do throws(ProfileStoreError) {
                try take(messages)
            } catch .damaged(let place, let reason) {
                try takeOneByOne(messages, after: .damaged(place: place, reason: reason))
            }
            spool.finish()
        }
    }

    private func take(_ messages: [Spool.Message]) throws(ProfileStoreError) {
        // What an attempt before had taken and could not write is in the spool still.
        intake.discard()
        var servers: [String: UInt8] = [:]
        for message in messages {
            servers[message.topic] = message.server
            intake.take(
                message.body, event: Self.event(of: message.topic),
                topic: message.server == nil ? nil : message.topic, at: message.at)
        }
        let committed = try intake.commit()
        for reply in committed.replies { try desk.take(reply.report, of: reply.device, at: clock.utc) }
        if !committed.uplinks.isEmpty { onStored() }
        let heard = Dictionary(committed.uplinks.map { ($0.event.device, $0.event.address.name) }) { $1 }
        for (device, name) in heard { try publisher?.publish(device, named: name) }
        var mayAsk: [UInt8: Bool] = [:]
        for uplink in committed.uplinks {
            guard let topic = uplink.topic, let server = servers[topic], outboxes.indices.contains(Int(server))
            else { continue }
            let outbox = outboxes[Int(server)]
            if mayAsk[server] == nil { mayAsk[server] = try store.mayAsk(at: outbox.server) }
            if mayAsk[server] == true { try ask(uplink, by: outbox, topic: topic) }
        }
    }

    private func ask(_ uplink: StoredUplink, by outbox: Outbox, topic: String) throws(ProfileStoreError) {
        // What waited for long is no sign that the device listens.
        guard clock.utc - uplink.receivedAt < .minutes(10), let order = try desk.consider(uplink, at: clock.utc)
        else { return }
        outbox.put(.init(topic: order.topic(uplinkTopic: topic), payload: Array(order.json.utf8)))
        report(.asked(order.device, commands: (order.payload.count - 2) / 7))
    }

    /// A part of the store that is damaged costs what belongs there, and nothing else.
    private func takeOneByOne(
        _ messages: [Spool.Message], after error: ProfileStoreError
    ) throws(ProfileStoreError) {
        for message in messages {
            do throws(ProfileStoreError) {
                try take([message])
            } catch .damaged(_, let reason) {
                intake.discard()
                intake.note(
                    StoredTrouble(kind: TroubleKind.damagedStore.rawValue, at: message.at, text: reason))
                try intake.commit()
            }
        }
    }

    /// ChirpStack's name of an event stands at the end of its topic.
    private static func event(of topic: String) -> String? {
        let parts = topic.split(separator: "/")
        return parts.count >= 2 && parts[parts.count - 2] == "event" ? String(parts[parts.count - 1]) : nil
    }

    private func prune(at now: MonotonicInstant) throws(ProfileStoreError) {
        nextPruning = now + Self.pruning
        try store.dropFollowers(notServedSince: clock.utc - Self.absence)
        guard let keep else { return }
        let days = try store.forget(before: QuarterHour(atOrBefore: clock.utc - keep).day)
        if days > 0 { report(.forgot(days: days)) }
    }
}

/// Something that one thread tells another.
package final class SharedFlag: Sendable {
    private let isRaised = Atomic(false)

    package init() {}

    package func raise() { isRaised.store(true, ordering: .releasing) }

    /// - Returns: whether it was raised since the last time.
    func take() -> Bool { isRaised.exchange(false, ordering: .acquiring) }
}
