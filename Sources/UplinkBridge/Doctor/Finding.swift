/// One line of what a doctor says: what was looked at, how it is, and what to do.
public struct Finding: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable {
        case ok
        /// It works, and something about it will be missed one day.
        case warning
        case failed
        /// It could not be looked at without disturbing what is at work.
        case notTested = "not tested"
    }

    /// "meter main", "radio"
    public let subject: String
    public let verdict: Verdict
    /// One sentence.
    public let message: String

    public init(_ subject: String, _ verdict: Verdict, _ message: String) {
        self.subject = subject
        self.verdict = verdict
        self.message = message
    }
}
