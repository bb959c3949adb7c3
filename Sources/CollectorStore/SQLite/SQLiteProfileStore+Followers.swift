import FoundationEssentials
import GRDB
import LoadProfile
import MeterValues
import ServerEvents
package import Timekeeping

extension SQLiteProfileStore {
    package func follow(_ name: String, at now: UTCInstant) throws(ProfileStoreError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO follower (name, served_at, last_register, last_day) VALUES (?, ?, 0, 0)
                    ON CONFLICT DO UPDATE SET served_at = excluded.served_at
                    """, arguments: [name, now.secondsSince1970])
        }
    }

    package func followers() throws(ProfileStoreError) -> [StoredFollower] {
        try read { database in
            let sql = """
                SELECT name, served_at, (SELECT count(*) FROM unsent WHERE follower = follower.id) AS unsent FROM follower
                ORDER BY name
                """
            return try Row.fetchAll(database, sql: sql).map {
                StoredFollower(
                    name: $0["name"], servedAt: UTCInstant(secondsSince1970: $0["served_at"]), unsent: $0["unsent"])
            }
        }
    }

    package func unsent(
        _ name: String, most: Int, without refused: Set<Int64>
    ) throws(ProfileStoreError) -> [UnsentDay] {
        try read { database in
            let sql = """
                SELECT register.*, eui, device.name AS device_name, unsent.day, version FROM unsent
                JOIN follower ON follower.id = follower JOIN register ON register.id = register
                JOIN device ON device.id = device
                WHERE follower.name = ? AND unsent.register NOT IN (SELECT value FROM json_each(?))
                ORDER BY unsent.register, unsent.day LIMIT ?
                """
            let changed = try days(sql, [name, "\(Array(refused))", most], database)
            guard changed.count < most else { return changed }
            let older = """
                SELECT register.*, eui, device.name AS device_name, day.day, NULL AS version FROM follower
                JOIN day ON (day.register, day.day) > (last_register, last_day) JOIN register ON register.id = register
                JOIN device ON device.id = device WHERE follower.name = ? ORDER BY day.register, day.day LIMIT ?
                """
            return changed.joined(by: try days(older, [name, most - changed.count], database))
        }
    }

    private func days(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws -> [UnsentDay] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            UnsentDay(
                register: try register(row, of: DeviceIdentifier(column: row["eui"])), deviceName: row["device_name"],
                day: row["day"], version: row["version"])
        }
    }

    package func settle(
        _ days: [UnsentDay], refused: Set<Int64>, of name: String, at now: UTCInstant
    ) throws(ProfileStoreError) {
        try write { database in
            for each in days {
                let isRefused = refused.contains(each.register.id)
                if isRefused, each.version == nil { try note(each, of: name, database) }
                guard !isRefused, let version = each.version else { continue }
                try database.cachedStatement(
                    sql: """
                        DELETE FROM unsent WHERE follower = (SELECT id FROM follower WHERE name = ?) AND register = ?
                            AND day = ? AND version = ?
                        """
                ).execute(arguments: [name, each.register.id, each.day, version])
            }
            let last = days.last { $0.version == nil }
            try database.execute(
                sql: """
                    UPDATE follower SET served_at = ?, last_register = coalesce(?, last_register),
                        last_day = coalesce(?, last_day) WHERE name = ?
                    """, arguments: [now.secondsSince1970, last?.register.id, last?.day, name])
        }
    }

    /// It would be passed by.
    private func note(_ day: UnsentDay, of name: String, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO unsent (follower, register, day, version) SELECT id, ?, ?, 1 FROM follower WHERE name = ?
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [day.register.id, day.day, name])
    }

    package func resend(
        _ register: StoredRegister, from day: Int64, to name: String
    ) throws(ProfileStoreError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO unsent (follower, register, day, version)
                    SELECT follower.id, register, day, 1 FROM day JOIN follower ON follower.name = ?
                    WHERE register = ? AND day >= ? ON CONFLICT DO UPDATE SET version = version + 1
                    """, arguments: [name, register.id, day])
        }
    }

    package func dropFollowers(notServedSince time: UTCInstant) throws(ProfileStoreError) {
        try write {
            try $0.execute(sql: "DELETE FROM follower WHERE served_at < ?", arguments: [time.secondsSince1970])
        }
    }

    package func memory(_ name: String) throws(ProfileStoreError) -> [UInt8]? {
        try read {
            try Data.fetchOne($0, sql: "SELECT content FROM memory WHERE name = ?", arguments: [name]).map(Array.init)
        }
    }

    package func remember(_ content: [UInt8], as name: String) throws(ProfileStoreError) {
        try write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO memory (name, content) VALUES (?, ?)", arguments: [name, Data(content)])
        }
    }
}
