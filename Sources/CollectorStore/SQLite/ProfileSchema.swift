import GRDB

/// The tables of the file, and how older files come to have them.
enum ProfileSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 profiles") { try $0.execute(sql: first) }
        migrator.registerMigration("2 followers") { try $0.execute(sql: second) }
        migrator.registerMigration("3 recent boundaries") { database in
            try database.execute(sql: "ALTER TABLE register ADD COLUMN recent BLOB NOT NULL DEFAULT x''")
            try SQLiteTables(database).fillRecent()
        }
        return migrator
    }

    private static let second = """
        -- Those who get what changes. What was there before one came is told of up to the place that is noted here.
        CREATE TABLE follower (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            served_at INTEGER NOT NULL,
            last_register INTEGER NOT NULL,
            last_day INTEGER NOT NULL
        );
        CREATE TABLE unsent (
            follower INTEGER NOT NULL REFERENCES follower (id) ON DELETE CASCADE,
            register INTEGER NOT NULL REFERENCES register (id) ON DELETE CASCADE,
            day INTEGER NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (follower, register, day)
        ) WITHOUT ROWID;
        CREATE INDEX unsent_by_register ON unsent (register);
        CREATE TABLE memory (
            name TEXT PRIMARY KEY,
            content BLOB NOT NULL
        ) WITHOUT ROWID;
        """

    private static let first = """
        CREATE TABLE device (
            id INTEGER PRIMARY KEY,
            -- The 64 bits of the DevEUI.
            eui INTEGER NOT NULL UNIQUE,
            fleet TEXT NOT NULL,
            server TEXT NOT NULL,
            application TEXT NOT NULL,
            name TEXT NOT NULL,
            topic TEXT,
            -- Seconds since 1970.
            heard_at INTEGER NOT NULL,
            counter INTEGER,
            heard INTEGER NOT NULL DEFAULT 0,
            missed INTEGER NOT NULL DEFAULT 0,
            repeated INTEGER NOT NULL DEFAULT 0,
            recent BLOB NOT NULL DEFAULT x'',
            gateway TEXT,
            signal REAL,
            noise_ratio REAL,
            spreading_factor INTEGER,
            bandwidth INTEGER,
            requests BLOB
        );
        CREATE TABLE register (
            id INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
            meter TEXT NOT NULL,
            name TEXT NOT NULL,
            unit TEXT NOT NULL,
            coarsest_step INTEGER NOT NULL,
            -- Quarter-hours since 2020.
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            UNIQUE (device, meter, name)
        );
        -- The registers at 96 boundaries, as ProfileDay stores them; day: of UTC, since 2020.
        CREATE TABLE day (
            register INTEGER NOT NULL REFERENCES register (id) ON DELETE CASCADE,
            day INTEGER NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (register, day)
        ) WITHOUT ROWID;
        CREATE TABLE series_break (
            register INTEGER NOT NULL REFERENCES register (id) ON DELETE CASCADE,
            after INTEGER NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (register, after, until)
        ) WITHOUT ROWID;
        CREATE TABLE message (
            id INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            json TEXT NOT NULL,
            UNIQUE (device, at, kind, json)
        );
        CREATE TABLE trouble (
            kind TEXT PRIMARY KEY,
            count INTEGER NOT NULL,
            at INTEGER NOT NULL,
            text TEXT NOT NULL
        ) WITHOUT ROWID;
        """
}
