import GRDB

/// The tables of the state file, and how older files come to have them.
enum StateSchema {
    /// Each is carried over from a damaged file as far as it can be read.
    static let tables = ["device", "meter", "interval", "pulse", "settings", "waiting", "frame_counter"]
    /// Small: they are checked at each start.
    static let smallTables = tables.filter { $0 != "interval" }

    /// What a damaged file may hold and this program can't read: a value of another type. It gives way to nothing, and a time
    /// of the last commit to one of which nobody knows how long ago it was.
    static let repairs = [
        "DELETE FROM device WHERE typeof(dev_eui) <> 'text'",
        "UPDATE device SET state = NULL WHERE typeof(state) <> 'blob'",
        "UPDATE device SET module = NULL WHERE typeof(module) <> 'blob'",
        "UPDATE device SET next_dev_nonce = 0 WHERE typeof(next_dev_nonce) <> 'integer'",
        "UPDATE device SET sequence = 0 WHERE typeof(sequence) <> 'integer'",
        "UPDATE device SET stored_at = 0 WHERE typeof(stored_at) NOT IN ('integer', 'null')",
        "DELETE FROM meter WHERE typeof(name) <> 'text' OR typeof(memory) <> 'blob'",
        """
        DELETE FROM interval WHERE typeof(meter) <> 'text' OR typeof(code) <> 'text' OR typeof(boundary) <> 'integer'
            OR typeof(series) <> 'integer' OR typeof(value) <> 'integer'
        """,
        "DELETE FROM pulse WHERE typeof(meter) <> 'text' OR typeof(count) <> 'blob'",
        "DELETE FROM frame_counter WHERE typeof(meter) <> 'text' OR typeof(record) <> 'blob'",
        "DELETE FROM settings WHERE typeof(record) <> 'blob'",
        "DELETE FROM waiting WHERE typeof(record) <> 'blob'",
    ]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        func register(_ name: String, _ sql: String) {
            migrator.registerMigration(name) { try $0.execute(sql: sql) }
        }
        register(
            "1 LoRaWAN device",
            """
            -- One row: the bridge has one radio.
            CREATE TABLE device (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                dev_eui TEXT NOT NULL,
                next_dev_nonce INTEGER NOT NULL DEFAULT 0,
                state BLOB
            )
            """)
        register(
            "2 meters and their quarter-hours",
            """
            CREATE TABLE meter (
                name TEXT PRIMARY KEY,
                memory BLOB NOT NULL
            ) WITHOUT ROWID;
            -- The register's value at the boundary, in Wh, varh, VAh, dm3 or MJ; boundary: quarter-hours since 2020.
            CREATE TABLE interval (
                meter TEXT NOT NULL,
                code TEXT NOT NULL,
                boundary INTEGER NOT NULL,
                series INTEGER NOT NULL,
                value INTEGER NOT NULL,
                PRIMARY KEY (meter, code, boundary)
            ) WITHOUT ROWID;
            """)
        register("3 pulses", "CREATE TABLE pulse (meter TEXT PRIMARY KEY, count BLOB NOT NULL) WITHOUT ROWID")
        register(
            "4 settings of downlinks",
            "CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), record BLOB NOT NULL)")
        register("5 module", "ALTER TABLE device ADD COLUMN module BLOB")
        register(
            "6 commits of the device",
            """
            -- Which of two records is the newer, and when it was stored: nanoseconds of the boot's clock.
            ALTER TABLE device ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE device ADD COLUMN stored_at INTEGER;
            """)
        register(
            "7 quarter-hours in the order of time",
            """
            -- The registers of one boundary lie on one page, so that a quarter-hour writes one and not one for each.
            ALTER TABLE interval RENAME TO interval_by_code;
            CREATE TABLE interval (
                meter TEXT NOT NULL,
                code TEXT NOT NULL,
                boundary INTEGER NOT NULL,
                series INTEGER NOT NULL,
                value INTEGER NOT NULL,
                PRIMARY KEY (meter, boundary, code)
            ) WITHOUT ROWID;
            INSERT INTO interval SELECT * FROM interval_by_code;
            DROP TABLE interval_by_code;
            """)
        register(
            "8 what waits to be sent",
            "CREATE TABLE waiting (id INTEGER PRIMARY KEY CHECK (id = 1), record BLOB NOT NULL)")
        register(
            "9 frame counters that are set aside",
            "CREATE TABLE frame_counter (meter TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID")
        return migrator
    }
}
