/// One argument of a command: its key in JSON, its bits on the wire, and what they mean.
struct CommandArgument: Hashable, Sendable {
    /// How the bits become JSON. Its number is that in the table of the JavaScript codec.
    enum Meaning: UInt8 {
        /// A whole number.
        case whole = 0
        case flag = 1
        /// A number of a meter, its name in JSON.
        case meter = 2
        /// A number of an alarm limit, its name in JSON.
        case limit = 3
        /// In steps of the limit before it; all ones are null.
        case limitValue = 4
        /// The number of a boundary between quarter-hours, ISO 8601 in JSON.
        case quarterHour = 5
        /// In steps; all ones are null.
        case steps = 6
    }

    let key: String
    let width: Int
    let meaning: Meaning
    /// Of numbers.
    let resolution: Resolution
    /// The least and greatest number on the wire that is no null.
    let range: ClosedRange<UInt64>
    /// What is meant where JSON leaves the argument out; nil where it must be given.
    let omitted: UInt64?

    init(
        _ key: String, _ width: Int, _ meaning: Meaning = .whole, resolution: Resolution = .one, least: UInt64 = 0,
        omitted: UInt64? = nil
    ) {
        self.key = key
        self.width = width
        self.meaning = meaning
        self.resolution = resolution
        self.omitted = omitted
        let ones: UInt64 = (1 << UInt64(width)) - 1
        range = least...(meaning == .steps || meaning == .limitValue ? ones - 1 : ones)
    }

    /// The number that means "none" of those that can be none.
    var absent: UInt64 { (1 << UInt64(width)) - 1 }
}
