import Timekeeping

/// A line for the module, and what its answer is good for.
struct ATCommand: Hashable, Sendable {
    enum Meaning: Hashable, Sendable {
        /// Is somebody there?
        case attention
        case version
        /// Is answered with a fact; where the firmware knows it not, nothing is lost.
        case question
        /// Has to be taken.
        case setting
        /// Where the firmware knows it not, nothing is lost.
        case wish
        /// Asks for a setting, and changes it where it differs: what is written wears the flash out.
        case agreement(value: String, change: String)
        case join
        case transmit
        /// The module begins anew.
        case restart
    }

    let text: String
    let meaning: Meaning
    /// What follows these characters of the text is secret.
    var shown = Int.max

    init(_ text: String, _ meaning: Meaning = .setting, shown: Int = .max) {
        self.text = text
        self.meaning = meaning
        self.shown = shown
    }

    /// "LW" of "AT+LW=ULDL"; "AT" of "AT".
    var name: Substring {
        guard text.hasPrefix("AT+") else { return text.prefix(2) }
        return text.dropFirst(3).prefix { $0 != "=" }
    }

    /// For people: without what is secret, and not longer than a line.
    var title: String { "\"\(text.prefix(min(shown, 24)))\"" }

    /// How long the module may think.
    var patience: TimeSpan { meaning == .attention ? .seconds(1) : .seconds(3) }
}
