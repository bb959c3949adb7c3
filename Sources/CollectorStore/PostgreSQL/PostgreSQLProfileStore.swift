import LoadProfile
import MeterValues
package import ServerEvents
import Synchronization
import Timekeeping

/// Profiles in a PostgreSQL database, which several collectors write at once.
///
/// A transaction that has ended is on the server's disk. A connection that is lost is made anew by the next call, and what a
/// call was at then is done once more: whatever of it was taken before changes nothing the second time.
package final class PostgreSQLProfileStore: ProfileStore {
    /// Where it is, without the password.
    let place: String
    private let url: String
    private let password: String?
    /// Pages do not wait for a batch that is being written.
    private let writer = Mutex<PostgreSQLConnection?>(nil)
    private let reader = Mutex<PostgreSQLConnection?>(nil)

    /// Transactions that gave way to another are tried as often.
    private static let mostTries = 5

    /// Connects, and makes the tables where there are none.
    /// - Parameters:
    ///   - url: `postgresql://...`, as libpq takes it.
    ///   - password: in place of the URL's.
    package init(url: String, password: String? = nil) throws(ProfileStoreError) {
        self.url = url
        self.password = password
        place = Self.withoutSecrets(url)
        try write { _ in }
    }

    /// A URL without what stands between user and host, and without its parameters.
    static func withoutSecrets(_ url: String) -> String {
        let bare = url.prefix { $0 != "?" }
        guard let scheme = bare.firstRange(of: "://"), let at = bare.lastIndex(of: "@"),
            let colon = bare[scheme.upperBound..<max(at, scheme.upperBound)].firstIndex(of: ":")
        else { return String(bare) }
        return String(bare[..<colon] + bare[at...])
    }

    // MARK: Connections

    func read<Value: Sendable>(
        _ query: @Sendable (PostgreSQLConnection) throws -> Value
    ) throws(ProfileStoreError) -> Value {
        try use(reader, query)
    }

    /// In a transaction.
    func write<Value: Sendable>(
        _ change: @Sendable (PostgreSQLConnection) throws -> Value
    ) throws(ProfileStoreError) -> Value {
        try use(writer) { connection in
            try connection.run("BEGIN")
            do {
                let value = try change(connection)
                try connection.run("COMMIT")
                return value
            } catch {
                // What failed is told, and not that this fails too.
                try? connection.run("ROLLBACK")
                throw error
            }
        }
    }

    @Sendable private func connect() throws -> PostgreSQLConnection {
        let connection = try PostgreSQLConnection(url: url, password: password)
        try connection.run(PostgreSQLSchema.session)
        try PostgreSQLSchema.migrate(connection, place: place)
        try connection.run(PostgreSQLSchema.staging)
        return connection
    }

    private func use<Value: Sendable>(
        _ slot: borrowing Mutex<PostgreSQLConnection?>, _ work: @Sendable (PostgreSQLConnection) throws -> Value
    ) throws(ProfileStoreError) -> Value {
        var tries = 0
        while true {
            tries += 1
            var isNew = false
            do {
                return try slot.withLock { slot in
                    isNew = slot == nil
                    let connection = try slot ?? connect()
                    slot = connection
                    do {
                        return try work(connection)
                    } catch let failure as PostgreSQLFailure where failure.isLost {
                        slot = nil
                        throw failure
                    }
                }
            } catch let failure as PostgreSQLFailure {
                let isWorthIt = failure.isTransient || (failure.isLost && !isNew)
                guard isWorthIt, tries < Self.mostTries else { throw ProfileStoreError(failure, place: place) }
            } catch {
                throw ProfileStoreError(error, place: place)
            }
        }
    }

    // MARK: Writing

    package func write(_ batch: ProfileBatch) throws(ProfileStoreError) -> [UplinkOutcome] {
        try write { try BatchMerge.write(batch, to: PostgreSQLTables($0)) }
    }

    package func forget(_ device: DeviceIdentifier) throws(ProfileStoreError) -> Bool {
        try write {
            try $0.change("forget memory", "DELETE FROM memory WHERE starts_with(name, $1)", [.text("\(device)")])
            return try $0.change("forget device", "DELETE FROM device WHERE eui = $1", [.integer(device.column)]) > 0
        }
    }

    package func forget(before day: Int64) throws(ProfileStoreError) -> Int {
        let first = QuarterHour(startOfDay: day)
        return try write { connection in
            let number = PostgreSQLValue.integer(first.number)
            let count = try connection.change("forget days", "DELETE FROM day WHERE day < $1", [.integer(day)])
            try connection.change("forget breaks", "DELETE FROM series_break WHERE until < $1", [number])
            try connection.change(
                "forget messages", "DELETE FROM message WHERE at < $1", [.integer(first.time.secondsSince1970)])
            try connection.change("forget registers", "DELETE FROM register WHERE last < $1", [number])
            try connection.change("shorten", "UPDATE register SET first = $1 WHERE first < $1", [number])
            return count
        }
    }

    package func backup(to copy: String) throws(ProfileStoreError) {
        throw .unusable(place: place, reason: "pg_dump makes the backup of a database: pg_dump \(place) > \(copy)")
    }

    package func save(requests: [UInt8], of device: DeviceIdentifier) throws(ProfileStoreError) {
        try write {
            _ = try $0.change(
                "save requests", "UPDATE device SET requests = $1 WHERE eui = $2",
                [.blob(requests), .integer(device.column)])
        }
    }

    /// A lock of the writing connection, which goes with it: another collector has it when this one is gone.
    package func mayAsk(at server: String) throws(ProfileStoreError) -> Bool {
        try write {
            try $0.query("may ask", "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", [.text("p1lora \(server)")])
                .first?.boolean(0) ?? false
        }
    }
}

extension ProfileStoreError {
    fileprivate init(_ failure: PostgreSQLFailure, place: String) {
        // Classes of SQLSTATE: data that no table can take, and damage.
        if failure.state.hasPrefix("22") || failure.state.hasPrefix("XX") {
            self = .damaged(place: place, reason: failure.reason)
        } else {
            self = .unusable(place: place, reason: failure.reason)
        }
    }
}
