import FoundationEssentials
import GRDB
package import MeterValues

extension StateStore {
    /// How long quarter-hours are kept: more than a year, so that last year's month can be asked for.
    package static let intervalDays: Int64 = 400

    /// What is remembered of a meter; nil for one that is new.
    package func memory(ofMeter name: String) throws(StoreError) -> MeterMemory? {
        let record = try read { database in
            try database.row("SELECT memory FROM meter WHERE name = ?", [name])?
                .decode(Data.self, forColumn: "memory")
        }
        guard let record else { return nil }
        do {
            let memory = try JSONDecoder().decode(MeterMemory.self, from: record)
            if !memory.unreadable.isEmpty { note(.memoryDamaged(meter: name, parts: memory.unreadable)) }
            return memory
        } catch {
            throw .meterDamaged(name: name, reason: "\(error)")
        }
    }

    /// Saves quarter-hours and what is remembered of the meter, both or neither, and lets go of what is too old: of the
    /// oldest, two for each that is new, so that a wrong date sweeps no year away.
    ///
    /// - Throws: when the disk does not take them. They are kept, given out by ``intervals(ofMeter:code:in:)``, and stored
    ///   with the next that is saved of the meter.
    package func save(
        _ memory: MeterMemory, _ entries: [MeterMemory.Entry], counters: FrameCounterChange = .none,
        ofMeter name: String
    ) throws(StoreError) {
        let waiting = unstored.add(memory, entries, ofMeter: name)
        do {
            try save(memory, waiting: waiting, counters, ofMeter: name)
        } catch {
            let lost = unstored.trim(ofMeter: name)
            if lost > 0 { note(.quarterHoursLost(meter: name, count: lost)) }
            throw error
        }
        unstored.remove(ofMeter: name)
    }

    private func save(
        _ memory: MeterMemory, waiting: [MeterMemory.Entry], _ counters: FrameCounterChange, ofMeter name: String
    ) throws(StoreError) {
        try write(isLast: counters == .release) { database in
            try counters.carryOut(database, ofMeter: name)
            try database.run(
                "INSERT INTO meter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET memory = excluded.memory",
                [name, try JSONEncoder().encode(memory)])
            for entry in waiting {
                let (code, interval) = (entry.code.description, entry.interval)
                try database.run(
                    "INSERT OR REPLACE INTO interval VALUES (?, ?, ?, ?, ?)",
                    [name, code, interval.boundary.number, Int64(interval.series), interval.value])
            }
            guard let newest = waiting.map(\.interval.boundary.number).max() else { return }
            try database.run(
                """
                DELETE FROM interval WHERE meter = :meter AND (boundary, code) IN (
                    SELECT boundary, code FROM interval WHERE meter = :meter AND boundary < :oldest
                    ORDER BY boundary LIMIT :count)
                """,
                [
                    "meter": name, "oldest": newest - Self.intervalDays * 96, "count": waiting.count * 2,
                ])
        }
    }

    /// The newest boundary of which anything is stored of the meter.
    /// - Parameter latest: nil for any.
    package func newestBoundary(
        ofMeter name: String, notAfter latest: QuarterHour? = nil
    ) throws(StoreError) -> QuarterHour? {
        try read { database in
            try Int64.fetchOne(
                try database.cachedStatement(
                    sql: "SELECT max(boundary) FROM interval WHERE meter = ? AND boundary BETWEEN 0 AND ?"),
                // What a frame can't name is of a damaged file.
                arguments: [name, min(latest?.number ?? .max, QuarterHour.last.number)])
        }.map { QuarterHour(number: $0) }
    }

    /// The values of a register at the boundaries of `range`, the oldest first: those that are stored, and those that the
    /// disk did not take yet.
    package func intervals(
        ofMeter name: String, code: OBISCode, in range: ClosedRange<QuarterHour>
    ) throws(StoreError) -> [IntervalEntry] {
        let fresh = unstored.entries(ofMeter: name, code: code, in: range)
        do {
            let stored = try storedIntervals(ofMeter: name, code: code, in: range)
            guard !fresh.isEmpty else { return stored }
            let replaced = Set(fresh.map(\.boundary))
            return (stored.filter { !replaced.contains($0.boundary) } + fresh).sorted { $0.boundary < $1.boundary }
        } catch {
            guard !fresh.isEmpty else { throw error }
            return fresh
        }
    }

    private func storedIntervals(
        ofMeter name: String, code: OBISCode, in range: ClosedRange<QuarterHour>
    ) throws(StoreError) -> [IntervalEntry] {
        try read { database in
            try database.rows(
                """
                SELECT boundary, value, series FROM interval
                WHERE meter = ? AND boundary BETWEEN ? AND ? AND code = ? ORDER BY boundary
                """,
                [name, range.lowerBound.number, range.upperBound.number, code.description]
            ).map { row in
                IntervalEntry(
                    boundary: QuarterHour(number: try row.decode(Int64.self, forColumn: "boundary")),
                    value: try row.decode(Int64.self, forColumn: "value"),
                    series: UInt32(clamping: try row.decode(Int64.self, forColumn: "series")))
            }
        }
    }
}
