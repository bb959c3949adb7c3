import FoundationEssentials
import GRDB
public import SmartMeter

extension StateStore {
    /// How long quarter-hours are kept: more than a year, so that last year's month can be asked for.
    static let intervalDays: Int64 = 400

    /// What is remembered of a meter; nil for one that is new, or whose record can't be read any more.
    public func memory(ofMeter name: String) throws(StoreError) -> MeterMemory? {
        do {
            let record = try database.read { database in
                try Data.fetchOne(database, sql: "SELECT memory FROM meter WHERE name = ?", arguments: [name])
            }
            return record.flatMap { try? JSONDecoder().decode(MeterMemory.self, from: $0) }
        } catch {
            throw .unusable(path: path, reason: Self.reason(error))
        }
    }

    /// Saves quarter-hours and what is remembered of the meter, both or neither, and lets go of what is too old.
    public func save(
        _ memory: MeterMemory, _ entries: [MeterMemory.Entry], ofMeter name: String
    ) throws(StoreError) {
        do {
            let record = try JSONEncoder().encode(memory)
            try database.write { database in
                try database.execute(
                    sql: "INSERT INTO meter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET memory = excluded.memory",
                    arguments: [name, record])
                for entry in entries {
                    let boundary = entry.interval.boundary.number
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO interval VALUES (?, ?, ?, ?, ?)",
                        arguments: [
                            name, entry.code.description, boundary, Int64(entry.interval.series), entry.interval.value,
                        ])
                    try database.execute(
                        sql: "DELETE FROM interval WHERE meter = ? AND code = ? AND boundary < ?",
                        arguments: [name, entry.code.description, boundary - Self.intervalDays * 96])
                }
            }
        } catch {
            throw .unusable(path: path, reason: Self.reason(error))
        }
    }

    /// The stored values of a register at the boundaries of `range`, the oldest first.
    public func intervals(
        ofMeter name: String, code: OBISCode, in range: ClosedRange<QuarterHour>
    ) throws(StoreError) -> [IntervalEntry] {
        do {
            return try database.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT boundary, value, series FROM interval
                        WHERE meter = ? AND code = ? AND boundary BETWEEN ? AND ? ORDER BY boundary
                        """,
                    arguments: [name, code.description, range.lowerBound.number, range.upperBound.number]
                ).map { row in
                    IntervalEntry(
                        boundary: QuarterHour(number: row["boundary"]), value: row["value"],
                        series: UInt32(clamping: row["series"] as Int64))
                }
            }
        } catch {
            throw .unusable(path: path, reason: Self.reason(error))
        }
    }
}
