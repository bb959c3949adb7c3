import LoadProfile
import MeterValues
import ServerEvents
package import Timekeeping

extension PostgreSQLProfileStore {
    package func follow(_ name: String, at now: UTCInstant) throws(ProfileStoreError) {
        try write { connection in
            let known = try connection.query("followed", "SELECT 1 FROM follower WHERE name = $1", [.text(name)])
            // Whoever writes days now does not see the new follower: it waits for them.
            if known.isEmpty { try connection.run("LOCK TABLE day IN SHARE MODE") }
            try connection.change(
                "follow",
                """
                INSERT INTO follower (name, served_at, last_register, last_day) VALUES ($1, $2, 0, 0)
                ON CONFLICT (name) DO UPDATE SET served_at = excluded.served_at
                """, [.text(name), .integer(now.secondsSince1970)])
        }
    }

    package func followers() throws(ProfileStoreError) -> [StoredFollower] {
        try read { connection in
            try connection.query(
                "followers",
                """
                SELECT name, served_at, (SELECT count(*) FROM unsent WHERE follower = follower.id) FROM follower ORDER BY name
                """
            ).map {
                StoredFollower(
                    name: $0.text(0) ?? "", servedAt: UTCInstant(secondsSince1970: $0.integer(1) ?? 0),
                    unsent: Int($0.integer(2) ?? 0))
            }
        }
    }

    package func unsent(
        _ name: String, most: Int, without refused: Set<Int64>
    ) throws(ProfileStoreError) -> [UnsentDay] {
        try read { connection in
            let columns = """
                register.id, meter, register.name, unit, coarsest_step, first, last, eui, device.name
                """
            let changed = try days(
                connection.query(
                    "unsent",
                    """
                    SELECT \(columns), unsent.day::bigint, version FROM unsent JOIN follower ON follower.id = follower
                    JOIN register ON register.id = register JOIN device ON device.eui = device
                    WHERE follower.name = $1 AND NOT unsent.register = ANY ($3)
                    ORDER BY unsent.register, unsent.day LIMIT $2
                    """, [.text(name), .integer(Int64(most)), .integers(Array(refused))]))
            guard changed.count < most else { return changed }
            let older = try connection.query(
                "unsent of old",
                """
                SELECT \(columns), day.day::bigint, NULL::bigint FROM follower
                JOIN LATERAL (SELECT register, day FROM day WHERE (register, day) > (last_register, last_day)
                    ORDER BY register, day LIMIT $2) AS day ON true
                JOIN register ON register.id = register JOIN device ON device.eui = device
                WHERE follower.name = $1 ORDER BY day.register, day.day
                """, [.text(name), .integer(Int64(most - changed.count))])
            return changed.joined(by: try days(older))
        }
    }

    private func days(_ rows: [PostgreSQLRow]) throws -> [UnsentDay] {
        try rows.compactMap { row in
            guard let eui = row.integer(7), let day = row.integer(9) else { return nil }
            return UnsentDay(
                register: try register(row, of: DeviceIdentifier(column: eui)), deviceName: row.text(8) ?? "", day: day,
                version: row.integer(10))
        }
    }

    package func settle(
        _ days: [UnsentDay], refused: Set<Int64>, of name: String, at now: UTCInstant
    ) throws(ProfileStoreError) {
        let changed = days.filter { $0.version != nil && !refused.contains($0.register.id) }
        // They would be passed by.
        let left = days.filter { $0.version == nil && refused.contains($0.register.id) }
        let last = days.last { $0.version == nil }
        try write { connection in
            try connection.change(
                "settle",
                """
                DELETE FROM unsent USING unnest($2, $3, $4) AS sent (register, day, version), follower
                WHERE follower.name = $1 AND unsent.follower = follower.id AND unsent.register = sent.register
                    AND unsent.day = sent.day AND unsent.version = sent.version
                """,
                [
                    .text(name), .integers(changed.map(\.register.id)), .integers(changed.map(\.day)),
                    .integers(changed.map(\.version)),
                ])
            try connection.change(
                "left",
                """
                INSERT INTO unsent (follower, register, day, version)
                SELECT follower.id, refused.register, refused.day, 1
                FROM follower, unnest($2, $3) AS refused (register, day) WHERE follower.name = $1 ON CONFLICT DO NOTHING
                """, [.text(name), .integers(left.map(\.register.id)), .integers(left.map(\.day))])
            try connection.change(
                "served",
                """
                UPDATE follower SET served_at = $2, last_register = coalesce($3, last_register),
                    last_day = coalesce($4, last_day) WHERE name = $1
                """,
                [.text(name), .integer(now.secondsSince1970), .integer(last?.register.id), .integer(last?.day)])
        }
    }

    package func resend(
        _ register: StoredRegister, from day: Int64, to name: String
    ) throws(ProfileStoreError) {
        try write {
            _ = try $0.change(
                "resend",
                """
                INSERT INTO unsent (follower, register, day, version)
                SELECT follower.id, register, day, 1 FROM day JOIN follower ON follower.name = $1
                WHERE register = $2 AND day >= $3
                ON CONFLICT (follower, register, day) DO UPDATE SET version = unsent.version + 1
                """, [.text(name), .integer(register.id), .integer(day)])
        }
    }

    package func dropFollowers(notServedSince time: UTCInstant) throws(ProfileStoreError) {
        try write {
            _ = try $0.change(
                "drop followers", "DELETE FROM follower WHERE served_at < $1", [.integer(time.secondsSince1970)])
        }
    }

    package func memory(_ name: String) throws(ProfileStoreError) -> [UInt8]? {
        try read {
            try $0.query("memory", "SELECT content FROM memory WHERE name = $1", [.text(name)]).first?.blob(0)
        }
    }

    package func remember(_ content: [UInt8], as name: String) throws(ProfileStoreError) {
        try write {
            _ = try $0.change(
                "remember",
                """
                INSERT INTO memory (name, content) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET content = excluded.content
                """, [.text(name), .blob(content)])
        }
    }
}
