/// Why profiles can't be kept or read, and what to do.
package enum ProfileStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Made by a newer version of the program.
    case newerVersion(place: String)
    /// It is there, and is not what this program wrote.
    case damaged(place: String, reason: String)
    /// The system or the database said why: no room, no permission, not there.
    case unusable(place: String, reason: String)

    package var description: String {
        switch self {
        case .newerVersion(let place):
            "\(place) was written by a newer version of p1lora-collector: use that version, or another [store]"
        case .damaged(let place, let reason):
            "\(place) is no store of p1lora-collector, or damaged (\(reason)): put a backup in its place, or name another file "
                + "in [store] path"
        case .unusable(let place, let reason): "\(place): \(reason)"
        }
    }
}
