import FoundationEssentials
import GRDB
import UplinkPayload

extension WaitingUplinks {
    /// - Returns: nil where nothing is stored.
    static func record(in database: Database) throws -> Data? {
        try Row.fetchOne(database, sql: "SELECT record FROM waiting WHERE id = 1")?
            .decode(Data.self, forColumn: "record")
    }

    func store(in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO waiting VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
            arguments: [try JSONEncoder().encode(self)])
    }
}

extension StateStore {
    func waiting() throws -> WaitingUplinks? {
        try read(WaitingUplinks.record).map { try JSONDecoder().decode(WaitingUplinks.self, from: $0) }
    }

    /// Stores what waits, with the alarms that the thread that sends does not have yet.
    func save(_ waiting: WaitingUplinks, beside tray: AlarmTray) throws(StoreError) {
        try write { database in
            var waiting = waiting
            waiting.add(tray.untaken)
            try waiting.store(in: database)
            // Here, where no other thread writes.
            tray.noteTakenStored()
        }
    }

    /// Adds the alarms of the tray to what waits.
    func add(_ tray: AlarmTray) throws(StoreError) {
        try write { database in
            // The start has told of a record that can't be read.
            let record = try WaitingUplinks.record(in: database)
            let found = record.flatMap { try? JSONDecoder().decode(WaitingUplinks.self, from: $0) } ?? WaitingUplinks()
            var waiting = found
            waiting.add(tray.unstored)
            if waiting != found { try waiting.store(in: database) }
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
