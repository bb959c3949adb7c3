import BridgeStore
import HardwareInterfaces
import LoRaWAN
import PrivateLink
import ServerEvents
import Timekeeping

/// Events from what happens until the broker has them: on the disk in the transaction of the state that they follow from, so
/// that no end of the process loses an uplink whose counter is used. What the broker has is sent once more where the process ended
/// before the disk knew it; `deduplicationId` tells that to who reads it. For the radio's thread.
final class BaseOutbox {
    private let store: BaseStore
    private let mailbox: BaseMailbox
    private let messages: BaseMessages
    private let clock: any Clock
    private var next: Int64 = 1

    /// Of events that the broker has, so many wait at most for a state with which the disk forgets them.
    private static let patience = 200
    private var owed: [Int64] = []

    /// - Throws: where the store can't be read.
    init(store: BaseStore, mailbox: BaseMailbox, messages: BaseMessages, clock: any Clock) throws(StoreError) {
        (self.store, self.mailbox, self.messages, self.clock) = (store, mailbox, messages, clock)
        let waiting = try store.events()
        next = (waiting.last?.number ?? 0) + 1
        mailbox.post(waiting)
    }

    /// Stores a state and the events that follow from it, and hands them over.
    func save(_ record: [UInt8]?, telling actions: some Sequence<BaseAction>) throws(StoreError) {
        try save(record, actions.compactMap { messages.message(of: $0, utc: utc) })
    }

    /// A downlink that was not taken.
    func refuse(_ downlink: QueuedDownlink, _ device: DevEUI, _ refusal: QueueRefusal) throws(StoreError) {
        try save(nil, [messages.lost(downlink, device, code: "DOWNLINK_GATEWAY", reason: "\(refusal)")])
    }

    /// Lets the disk forget what the broker has, where that is much, or the last chance.
    func settle(isLast: Bool = false) throws(StoreError) {
        owed += mailbox.takeTaken()
        if owed.count > Self.patience || (isLast && !owed.isEmpty) { try save(nil, [], isOwing: true) }
    }

    private func save(
        _ record: [UInt8]?, _ messages: [BaseMessages.Message], isOwing: Bool = false
    ) throws(StoreError) {
        owed += mailbox.takeTaken()
        let events = messages.enumerated().map { index, message in
            BaseEventRecord(number: next + Int64(index), topic: message.topic, payload: message.payload)
        }
        // What the broker has waits for the next of these.
        guard record != nil || !events.isEmpty || isOwing else { return }
        try store.save(record, events: events, taken: owed)
        owed = []
        next += Int64(events.count)
        mailbox.post(events)
    }

    private func utc(of instant: MonotonicInstant) -> UTCInstant? {
        guard clock.isUTCTrusted else { return nil }
        return UTCInstant(nanoseconds: instant.nanoseconds &+ clock.utc.nanoseconds &- clock.monotonic.nanoseconds)
    }
}
