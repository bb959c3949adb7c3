import FoundationEssentials
import GRDB
package import SmartMeter

/// What a commit does with the frame counters of a meter that are set aside.
package enum FrameCounterChange: Hashable, Sendable {
    case none
    /// Up to the newest counter of this guard: a start that finds it refuses what comes below.
    case reserve(ReplayGuard)
    /// The service ends, and the meter's memory knows the newest counter. The commit is on the disk when the store is closed.
    case release
}

extension FrameCounterChange {
    func carryOut(_ database: Database, ofMeter name: String) throws {
        switch self {
        case .none: break
        case .reserve(let counters):
            try database.run(
                """
                INSERT INTO frame_counter VALUES (?, ?) ON CONFLICT (meter) DO UPDATE SET record = excluded.record
                """,
                [name, try JSONEncoder().encode(counters)])
        case .release:
            try database.run(
                "DELETE FROM frame_counter WHERE meter = ?",
                [name])
        }
    }
}

extension StateStore {
    /// The frame counters of a meter that were set aside when the service ended without notice; nil after another end.
    package func reservedCounters(ofMeter name: String) throws(StoreError) -> ReplayGuard? {
        let record = try read { database in
            try database.row("SELECT record FROM frame_counter WHERE meter = ?", [name])?
                .decode(Data.self, forColumn: "record")
        }
        guard let record else { return nil }
        do {
            return try JSONDecoder().decode(ReplayGuard.self, from: record)
        } catch {
            throw .meterDamaged(name: name, reason: "\(error)")
        }
    }

    /// Returns when the change is on the disk.
    package func save(_ counters: FrameCounterChange, ofMeter name: String) throws(StoreError) {
        try write { try counters.carryOut($0, ofMeter: name) }
    }
}
