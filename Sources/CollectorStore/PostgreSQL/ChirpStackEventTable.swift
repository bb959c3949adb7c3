package import Timekeeping

/// The uplinks that ChirpStack's integration of PostgreSQL writes (table `event_up`), oldest first, as ChirpStack would publish
/// them. For one thread.
package final class ChirpStackEventTable {
    package struct Uplink: Sendable {
        package var json: String
        /// The server's time of it.
        package var at: UTCInstant
    }

    private let connection: PostgreSQLConnection
    private let place: String

    /// Uplinks of a ``next()``.
    private static let portion = 500

    /// - Parameters:
    ///   - url: of the integration's database, as libpq takes it.
    ///   - start: the time of the first that is wanted; nil for all that there are.
    package init(url: String, password: String?, from start: UTCInstant?) throws(ProfileStoreError) {
        place = PostgreSQLProfileStore.withoutSecrets(url)
        do {
            connection = try PostgreSQLConnection(url: url, password: password)
            // One look for all portions: the table has no index by time.
            try connection.run("SET timezone = 'UTC'; BEGIN READ ONLY")
            try connection.run("DECLARE uplinks NO SCROLL CURSOR FOR \(Self.select(from: start))")
        } catch {
            throw Self.refusal(error, place)
        }
    }

    private static func select(from start: UTCInstant?) -> String {
        let since = start.map {
            "WHERE time >= TIMESTAMPTZ 'epoch' + \($0.nanoseconds / 1_000) * INTERVAL '1 microsecond'"
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
