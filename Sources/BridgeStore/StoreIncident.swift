/// Something happened to the state file, and the store has helped itself.
package enum StoreIncident: Hashable, Sendable {
    /// It was damaged, is kept under another name, and a new one begun with so many rows of it.
    case setAside(path: String, keptAs: String, reason: String, rows: Int)
    /// It was deleted while in use; all of it was written into a new one.
    case restored(path: String, rows: Int)
    /// It was emptied or replaced while in use: what is there now is used.
    case replaced(path: String)
    /// So many quarter-hours of the meter were left out: the disk has failed for too long.
    case quarterHoursLost(meter: String, count: Int)
    /// Parts of what was remembered of the meter are damaged and begun anew; the others are kept.
    case memoryDamaged(meter: String, parts: [String])
}

extension StoreIncident: CustomStringConvertible {
    package var description: String {
        switch self {
        case .setAside(let path, let keptAs, let reason, let rows):
            "\(path) was damaged (\(reason)): it is kept as \(keptAs), and a new one begun with \(rows) rows of it. Frame "
                + "counters go on from the safety file. Is the disk worn? Delete the old file when you need it no more"
        case .restored(let path, let rows):
            "\(path) was deleted while in use: all \(rows) rows were written anew"
        case .replaced(let path):
            "\(path) was emptied or replaced while in use: what is there now is used. Frame counters go on"
        case .quarterHoursLost(let meter, let count):
            "meter \(meter): \(count) quarter-hours are lost, for the disk has failed for too long to remember them"
        case .memoryDamaged(let meter, let parts):
            "meter \(meter): what was stored of it is damaged. Begun anew: \(parts.joined(separator: ", ")). All else is kept"
        }
    }
}
