/// The tables of the database, in a schema of their own, and how older ones come to have them.
enum PostgreSQLSchema {
    static let name = "p1lora"

    private struct Migration {
        let name: String
        let sql: String
        var then: (PostgreSQLTables) throws -> Void = { _ in }
    }

    private static var migrations: [Migration] {
        [
            Migration(name: "1 profiles", sql: first), Migration(name: "2 views", sql: PostgreSQLViews.sql),
            Migration(name: "3 followers", sql: third),
            Migration(
                name: "4 recent boundaries", sql: "ALTER TABLE register ADD COLUMN recent bytea NOT NULL DEFAULT ''"
            ) { try $0.fillRecent() },
        ]
    }

    /// Those who hold it change tables; a number of our own.
    private static let lock: Int64 = 0x7031_6C6F_7261_0001

    /// - Throws: ``ProfileStoreError/newerVersion(place:)``, or why the database can't have the tables.
    static func migrate(_ connection: PostgreSQLConnection, place: String) throws {
        let encoding = try connection.query("encoding", "SHOW server_encoding").first?.text(0) ?? ""
        guard encoding == "UTF8" else {
            throw ProfileStoreError.unusable(
                place: place,
                reason: "its encoding is \(encoding), and names are in UTF-8: make it with createdb --encoding UTF8")
        }
        try connection.run("BEGIN")
        do {
            try connection.query("lock", "SELECT pg_advisory_xact_lock($1)", [.integer(lock)])
            let isThere = try !connection.query(
                "schema", "SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(name)]
            ).isEmpty
            if !isThere { try connection.run("CREATE SCHEMA \(name)") }
            try connection.run("CREATE TABLE IF NOT EXISTS \(name).migration (name text PRIMARY KEY)")
            let done = Set(try connection.query("migrations", "SELECT name FROM migration").compactMap { $0.text(0) })
            guard done.isSubset(of: migrations.map(\.name)) else { throw ProfileStoreError.newerVersion(place: place) }
            for migration in migrations where !done.contains(migration.name) {
                try connection.run(migration.sql)
                try migration.then(PostgreSQLTables(connection))
                try connection.change("migrated", "INSERT INTO migration VALUES ($1)", [.text(migration.name)])
            }
            try connection.run("COMMIT")
        } catch {
            // What failed is told, and not that this fails too.
            try? connection.run("ROLLBACK")
            throw error
        }
    }

    /// What each connection wants: these tables, and nobody who sleeps in a transaction.
    static let session = """
        SET search_path = \(name); SET client_encoding = 'UTF8'; SET idle_in_transaction_session_timeout = '60s';
        SET lock_timeout = '30s'; SET timezone = 'UTC'
        """

    /// Filled and emptied in one transaction.
    static let staging = """
        CREATE TEMPORARY TABLE staged_day (register bigint, day bigint, content bytea) ON COMMIT DELETE ROWS
        """

    private static let third = """
        -- Those who get what changes. What was there before one came is told of up to the place that is noted here.
        CREATE TABLE follower (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL UNIQUE,
            served_at bigint NOT NULL,
            last_register bigint NOT NULL,
            last_day bigint NOT NULL
        );
        CREATE TABLE unsent (
            follower integer NOT NULL REFERENCES follower (id) ON DELETE CASCADE,
            register integer NOT NULL REFERENCES register (id) ON DELETE CASCADE,
            day integer NOT NULL,
            version bigint NOT NULL,
            PRIMARY KEY (follower, register, day)
        );
        CREATE INDEX unsent_by_register ON unsent (register);
        CREATE TABLE memory (
            name text PRIMARY KEY,
            content bytea NOT NULL
        );
        """

    private static let first = """
        CREATE TABLE device (
            -- The 64 bits of the DevEUI.
            eui bigint PRIMARY KEY,
            fleet text NOT NULL,
            server text NOT NULL,
            application text NOT NULL,
            name text NOT NULL,
            topic text,
            -- Seconds since 1970.
            heard_at bigint NOT NULL,
            counter bigint,
            heard bigint NOT NULL DEFAULT 0,
            missed bigint NOT NULL DEFAULT 0,
            repeated bigint NOT NULL DEFAULT 0,
            recent bytea NOT NULL DEFAULT '',
            gateway text,
            signal double precision,
            noise_ratio double precision,
            spreading_factor bigint,
            bandwidth bigint,
            requests bytea
        ) WITH (fillfactor = 70);
        CREATE TABLE register (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            device bigint NOT NULL REFERENCES device (eui) ON DELETE CASCADE,
            meter text NOT NULL,
            name text NOT NULL,
            unit text NOT NULL,
            coarsest_step bigint NOT NULL,
            -- Quarter-hours since 2020.
            first bigint NOT NULL,
            last bigint NOT NULL,
            UNIQUE (device, meter, name)
        ) WITH (fillfactor = 70);
        -- The registers at 96 boundaries, as ProfileDay stores them; day: of UTC, since 2020.
        CREATE TABLE day (
            register integer NOT NULL REFERENCES register (id) ON DELETE CASCADE,
            day integer NOT NULL,
            content bytea NOT NULL,
            PRIMARY KEY (register, day)
        ) WITH (fillfactor = 85);
        CREATE INDEX day_by_time ON day USING brin (day);
        CREATE TABLE series_break (
            register integer NOT NULL REFERENCES register (id) ON DELETE CASCADE,
            after bigint NOT NULL,
            until bigint NOT NULL,
            PRIMARY KEY (register, after, until)
        );
        CREATE TABLE message (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            device bigint NOT NULL REFERENCES device (eui) ON DELETE CASCADE,
            at bigint NOT NULL,
            kind text NOT NULL,
            json text NOT NULL,
            UNIQUE (device, at, kind, json)
        );
        CREATE TABLE trouble (
            kind text PRIMARY KEY,
            count bigint NOT NULL,
            at bigint NOT NULL,
            text text NOT NULL
        );
        """
}
