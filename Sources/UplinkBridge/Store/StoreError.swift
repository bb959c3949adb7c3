/// Why the state file can't be used, and what to do.
public enum StoreError: Error, Hashable, Sendable {
    /// The file belongs to another radio: with its counters this one would be refused by the network.
    case otherDevice(path: String, found: String, expected: String)
    /// Made by a newer version of the program.
    case newerVersion(path: String)
    /// SQLite said why: no room, no permission, a damaged file.
    case unusable(path: String, reason: String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .otherDevice(let path, let found, let expected):
            "\(path) belongs to DevEUI \(found), the configuration says \(expected). Frame counters must not mix: set "
                + "another [state] path, or put the right dev_eui into the configuration"
        case .newerVersion(let path):
            "\(path) was written by a newer version of p1lora: use that version, or set another [state] path"
        case .unusable(let path, let reason):
            "\(path): \(reason). Check that the folder is there, writable for this user, and has room"
        }
    }
}
