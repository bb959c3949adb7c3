package import FoundationEssentials
import GRDB

extension StateStore {
    /// The record of what waits to be sent; nil where nothing is stored.
    package func waitingRecord() throws(StoreError) -> Data? { try read(Self.waitingRecord) }

    /// Puts what `change` makes of the record in its place, in one transaction: no other thread writes meanwhile.
    /// - Parameter change: returns nil to leave it as it is.
    package func updateWaitingRecord(_ change: (Data?) throws -> Data?) throws(StoreError) {
        try write { database in
            guard let record = try change(try Self.waitingRecord(in: database)) else { return }
            try database.run(
                "INSERT INTO waiting VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                [record])
        }
    }

    private static func waitingRecord(in database: Database) throws -> Data? {
        try database.row("SELECT record FROM waiting WHERE id = 1")?
            .decode(Data.self, forColumn: "record")
    }
}
