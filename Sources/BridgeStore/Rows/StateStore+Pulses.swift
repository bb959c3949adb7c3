import FoundationEssentials
import GRDB
package import SmartMeter

extension StateStore {
    /// The count of a pulse input; nil for one that is new.
    package func pulses(ofMeter name: String) throws(StoreError) -> PulseCounter.State? {
        let record = try read { database in
            try database.row("SELECT count FROM pulse WHERE meter = ?", [name])?
                .decode(Data.self, forColumn: "count")
        }
        guard let record else { return nil }
        do {
            return try JSONDecoder().decode(PulseCounter.State.self, from: record)
        } catch {
            throw .pulsesDamaged(name: name, reason: "\(error)")
        }
    }

    /// Saves the counts of inputs, by their names.
    /// - Parameter isLast: the service ends, and they are on the disk when the store is closed.
    package func save(pulses counts: [String: PulseCounter.State], isLast: Bool = false) throws(StoreError) {
        try write(isLast: isLast) { database in
            for (name, count) in counts {
                try database.run(
                    "INSERT INTO pulse VALUES (?, ?) ON CONFLICT (meter) DO UPDATE SET count = excluded.count",
                    [name, try JSONEncoder().encode(count)])
            }
        }
    }
}
