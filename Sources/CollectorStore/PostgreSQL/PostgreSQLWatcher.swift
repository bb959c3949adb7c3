import Synchronization

/// Sees what the collectors of a database do at a moment: for benchmarks.
package final class PostgreSQLWatcher: Sendable {
    private let connection: Mutex<PostgreSQLConnection>

    package init(url: String) throws {
        connection = Mutex(try PostgreSQLConnection(url: url, password: nil))
    }

    /// How many connections are in a transaction, and how many of these wait for a lock of another.
    package func workers() throws -> (busy: Int, waiting: Int) {
        try connection.withLock { connection in
            let rows = try connection.query(
                "workers",
                """
                SELECT count(*) FILTER (WHERE state <> 'idle'), count(*) FILTER (WHERE wait_event_type = 'Lock')
                FROM pg_stat_activity WHERE application_name = 'p1lora-collector' AND pid <> pg_backend_pid()
                    AND datname = current_database()
                """)
            return (Int(rows.first?.integer(0) ?? 0), Int(rows.first?.integer(1) ?? 0))
        }
    }
}
