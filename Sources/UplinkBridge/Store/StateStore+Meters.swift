import FoundationEssentials
import GRDB
public import SmartMeter

extension StateStore {
    /// How long quarter-hours are kept: more than a year, so that last year's month can be asked for.
    static let intervalDays: Int64 = 400

    /// What is remembered of a meter; nil for one that is new.
    public func memory(ofMeter name: String) throws(StoreError) -> MeterMemory? {
        let record = try read { database in
            try Row.fetchOne(database, sql: "SELECT memory FROM meter WHERE name = ?", arguments: [name])?
                .decode(Data.self, forColumn: "memory")
        }
        guard let record else { return nil }
        do {
            return try JSONDecoder().decode(MeterMemory.self, from: record)
        } catch {
            throw .meterDamaged(name: name, reason: "\(error)")
        }
    }

    /// Saves quarter-hours and what is remembered of the meter, both or neither, and lets go of what is too old: of the
    /// oldest, two for each that is new, so that a wrong date sweeps no year away.
    public func save(
        _ memory: MeterMemory, _ entries: [MeterMemory.Entry], ofMeter name: String
    ) throws(StoreError) {
        try write { database in
            try database.execute(
                sql: "INSERT INTO meter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET memory = excluded.memory",
                arguments: [name, try JSONEncoder().encode(memory)])
            for entry in entries {
                let (code, interval) = (entry.code.description, entry.interval)
                try database.execute(
                    sql: "INSERT OR REPLACE INTO interval VALUES (?, ?, ?, ?, ?)",
                    arguments: [name, code, interval.boundary.number, Int64(interval.series), interval.value])
                try database.execute(
                    sql: """
                        DELETE FROM interval WHERE meter = :meter AND code = :code AND boundary IN (
                            SELECT boundary FROM interval WHERE meter = :meter AND code = :code AND boundary < :oldest
                            ORDER BY boundary LIMIT 2)
                        """,
                    arguments: [
                        "meter": name, "code": code, "oldest": interval.boundary.number - Self.intervalDays * 96,
                    ])
            }
        }
    }

    /// The newest boundary of which anything is stored of the meter.
    public func newestBoundary(ofMeter name: String) throws(StoreError) -> QuarterHour? {
        try read { database in
            try Int64.fetchOne(
                database, sql: "SELECT max(boundary) FROM interval WHERE meter = ?", arguments: [name])
        }.map { QuarterHour(number: $0) }
    }

    /// The stored values of a register at the boundaries of `range`, the oldest first.
    public func intervals(
        ofMeter name: String, code: OBISCode, in range: ClosedRange<QuarterHour>
    ) throws(StoreError) -> [IntervalEntry] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT boundary, value, series FROM interval
                    WHERE meter = ? AND code = ? AND boundary BETWEEN ? AND ? ORDER BY boundary
                    """,
                arguments: [name, code.description, range.lowerBound.number, range.upperBound.number]
            ).map { row in
                IntervalEntry(
                    boundary: QuarterHour(number: try row.decode(Int64.self, forColumn: "boundary")),
                    value: try row.decode(Int64.self, forColumn: "value"),
                    series: UInt32(clamping: try row.decode(Int64.self, forColumn: "series")))
            }
        }
    }
}
