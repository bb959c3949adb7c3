import GRDB

/// Holds the write lock of a database, as a disk that takes no more writes would: every save fails.
package final class DatabaseBlocker {
    private let database: DatabaseQueue

    package init(path: String, locking: Bool = true) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        database = try DatabaseQueue(path: path, configuration: configuration)
        if locking { try execute("BEGIN IMMEDIATE") }
    }

    package func release() {
        try? database.inDatabase { try $0.execute(sql: "ROLLBACK") }
    }

    package func execute(_ sql: String) throws {
        try database.inDatabase { try $0.execute(sql: sql) }
    }
}
