import FoundationEssentials
import GRDB

extension StateStore {
    /// What downlinks have set; nil before the first.
    package func settings() throws(StoreError) -> [UInt8]? {
        try read { database in
            try database.row("SELECT record FROM settings WHERE id = 1")?
                .decode(Data.self, forColumn: "record")
        }.map { [UInt8]($0) }
    }

    package func save(settings record: [UInt8]) throws(StoreError) {
        try write { database in
            try database.run(
                "INSERT INTO settings VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                [Data(record)])
        }
    }
}
