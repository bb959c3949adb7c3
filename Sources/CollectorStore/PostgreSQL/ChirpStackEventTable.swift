package import Timekeeping

/// The uplinks that ChirpStack's integration of PostgreSQL writes (table `event_up`), oldest first, as ChirpStack would publish
/// them. For one thread.
package final class ChirpStackEventTable {
    package struct Uplink: Sendable {
        package var json: String
        /// The server's time of it.
        package var at: UTCInstant
    }

    /// Of the database when this look began: what a later one had stored by then is not in it.
    package let transaction: Int64?
    private let connection: PostgreSQLConnection
    private let place: String

    /// Uplinks of a ``next()``.
    private static let portion = 500

    /// A gateway may have kept an uplink for days before the server had it. What is older is not asked for by itself either.
    private static let latest = "35 days"

    /// - Parameters:
    ///   - url: of the integration's database, as libpq takes it.
    ///   - start: the time of the first that is wanted; nil for all that there are.
    ///   - storedSince: what was stored since the look that had this ``transaction`` is wanted too, though its time is before.
    package init(
        url: String, password: String?, from start: UTCInstant?, storedSince: Int64? = nil
    ) throws(ProfileStoreError) {
        place = PostgreSQLProfileStore.withoutSecrets(url)
        do {
            connection = try PostgreSQLConnection(url: url, password: password)
            // One look for all portions: the table has no index by time.
            try connection.run("SET timezone = 'UTC'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let snapshot = try connection.query("snapshot", Self.snapshot).first
            transaction = snapshot?.integer(0)
            // Negative for a database that was put back from a copy and counts anew: no row has such an age.
            let age = storedSince.flatMap { since in snapshot?.integer(1).map { $0 - since } }
            try connection.run("DECLARE uplinks NO SCROLL CURSOR FOR \(Self.select(from: start, transactions: age))")
        } catch {
            throw Self.refusal(error, place)
        }
    }

    /// The oldest transaction that is not over, and the next one: PostgreSQL has these functions since 8.3.
    private static let snapshot = """
        SELECT txid_snapshot_xmin(txid_current_snapshot()), txid_snapshot_xmax(txid_current_snapshot())
        """

    /// - Parameter transactions: how many ago the last look was.
    private static func select(from start: UTCInstant?, transactions: Int64?) -> String {
        let since = start.map { start in
            let time = "TIMESTAMPTZ 'epoch' + \(start.nanoseconds / 1_000) * INTERVAL '1 microsecond'"
            // A row's xmin is the transaction that stored it; after 2^31 of them its age begins anew, and it is read twice.
            let late = transactions.map {
                " OR time >= \(time) - INTERVAL '\(latest)' AND age(xmin) BETWEEN 0 AND \($0)"
            }
            return "WHERE time >= \(time)" + (late ?? "")
        }
        return """
            SELECT json_build_object('deduplicationId', deduplication_id,
                'time', to_char(time, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'deviceInfo', json_build_object('applicationId', application_id, 'deviceName', device_name,
                    'devEui', trim(dev_eui)),
                'fCnt', f_cnt, 'fPort', f_port, 'confirmed', confirmed,
                'data', translate(encode(data, 'base64'), E'\\n', ''), 'rxInfo', rx_info, 'txInfo', tx_info)::text,
                (extract(epoch FROM time) * 1000000)::bigint
            FROM event_up \(since ?? "") ORDER BY time
            """
    }

    /// - Returns: the next ones; none at the end.
    package func next() throws(ProfileStoreError) -> [Uplink] {
        do {
            return try connection.query("uplinks", "FETCH \(Self.portion) FROM uplinks").compactMap { row in
                guard let json = row.text(0), let time = row.integer(1) else { return nil }
                return Uplink(json: json, at: UTCInstant(nanoseconds: time * 1_000))
            }
        } catch {
            throw Self.refusal(error, place)
        }
    }

    private static func refusal(_ failure: PostgreSQLFailure, _ place: String) -> ProfileStoreError {
        let advice =
            failure.state == "42P01" ? ": ChirpStack's integration \"postgresql\" makes it" : ""
        return .unusable(place: place, reason: failure.reason + advice)
    }
}
