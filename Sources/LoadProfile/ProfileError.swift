/// Why something of a profile can't be used.
public enum ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is stored of a day was not written by this program, or was changed since.
    case damagedDay

    public var description: String {
        switch self {
        case .damagedDay: "what is stored of a day can't be read: it is damaged, or of a newer version"
        }
    }
}
