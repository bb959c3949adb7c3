/// One line of what a doctor says: what was looked at, how it is, and what to do.
package struct Finding: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable {
        case ok
        /// It works, and something about it will be missed one day.
        case warning
        case failed
        /// It could not be looked at without disturbing what is at work.
        case notTested = "not tested"
    }

    /// "meter main", "radio"
    package let subject: String
    package let verdict: Verdict
    /// One sentence.
    package let message: String

    package init(_ subject: String, _ verdict: Verdict, _ message: String) {
        self.subject = subject
        self.verdict = verdict
        self.message = message
    }
}

extension Finding {
    /// In columns, for people.
    package var line: String {
        let word = verdict == .failed ? "FAILED" : verdict.rawValue
        return word.padded(to: 12) + subject.padded(to: 16) + message
    }
}

extension String {
    /// At least one space follows.
    package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
