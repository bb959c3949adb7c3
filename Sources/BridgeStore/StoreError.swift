/// Why the state file can't be used, and what to do.
package enum StoreError: Error, Hashable, Sendable {
    /// The file belongs to another radio: with its counters this one would be refused by the network.
    case otherDevice(path: String, found: String, expected: String)
    /// Another process has it open.
    case inUse(path: String)
    /// Others than its owner can read or write the file, and session keys are in it.
    case openToOthers(path: String)
    /// The file was deleted, emptied or replaced while it was open.
    case replaced(path: String)
    /// Made by a newer version of the program.
    case newerVersion(path: String)
    /// The file is there, and what is in it is not what this program wrote.
    case damaged(path: String, reason: String)
    /// What is remembered of a meter can't be read.
    case meterDamaged(name: String, reason: String)
    /// The count of a pulse input can't be read.
    case pulsesDamaged(name: String, reason: String)
    /// The system or SQLite said why: no room, no permission.
    case unusable(path: String, reason: String)
    /// Of a simulation: see ``DiskFault/powerCut``.
    case powerCut
}

extension StoreError {
    var isDamage: Bool { if case .damaged = self { true } else { false } }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .otherDevice(let path, let found, let expected):
            "\(path) belongs to DevEUI \(found), the configuration says \(expected). Frame counters must not mix: set "
                + "another [state] path, or put the right dev_eui into the configuration"
        case .inUse(let path):
            "\(path) is used by another p1lora: two would send with the same frame counters. Stop the other one, or give "
                + "this one a DevEUI and a [state] path of its own"
        case .openToOthers(let path):
            "\(path) holds session keys and can be read by others than its owner: chmod 600 \(path)"
        case .replaced(let path):
            "\(path) was deleted, emptied or replaced while it was in use"
        case .newerVersion(let path):
            "\(path) was written by a newer version of p1lora: use that version, or set another [state] path"
        case .damaged(let path, let reason):
            "\(path) is damaged (\(reason))"
        case .meterDamaged(let name, let reason):
            "what is remembered of the meter \(name) can't be read (\(reason)): its frame counter is learnt anew, its "
                + "stored quarter-hours are kept"
        case .pulsesDamaged(let name, let reason):
            "the count of the pulse input \(name) can't be read (\(reason)): it begins anew at its start value, set that "
                + "to what the meter shows"
        case .unusable(let path, let reason):
            "\(path): \(reason). Check that the folder is there, writable for this user, and has room"
        case .powerCut: "the power is cut"
        }
    }
}
