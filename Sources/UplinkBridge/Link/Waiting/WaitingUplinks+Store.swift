import BridgePlanning
import BridgeStore
import FoundationEssentials
import UplinkPayload

extension StateStore {
    func waiting() throws -> WaitingUplinks? {
        try waitingRecord().map { try JSONDecoder().decode(WaitingUplinks.self, from: $0) }
    }

    /// Stores what waits, with the alarms that the thread that sends does not have yet.
    func save(_ waiting: WaitingUplinks, beside mailbox: AlarmMailbox) throws(StoreError) {
        try updateWaitingRecord { _ in
            var waiting = waiting
            waiting.add(mailbox.untaken)
            let record = try JSONEncoder().encode(waiting)
            // Here, where no other thread writes.
            mailbox.noteTakenStored()
            return record
        }
    }

    /// Adds the alarms of the mailbox to what waits.
    func add(_ mailbox: AlarmMailbox) throws(StoreError) {
        try updateWaitingRecord { record in
            // The start has told of a record that can't be read.
            let found = record.flatMap { try? JSONDecoder().decode(WaitingUplinks.self, from: $0) } ?? WaitingUplinks()
            var waiting = found
            waiting.add(mailbox.unstored)
            return waiting == found ? nil : try JSONEncoder().encode(waiting)
        }
    }
}

extension WaitingUplinks {
    fileprivate mutating func add(_ fresh: [Alarm]) {
        for alarm in fresh where !alarms.contains(where: { $0.alarm == alarm }) {
            alarms.append(.init(alarm: alarm, attempts: 0))
        }
    }
}
