/// What a stretch of the stream was.
public enum ReaderOutcome: Sendable {
    /// A telegram that is whole and proven.
    case telegram(Telegram)
    /// What was wrong with a part of the stream.
    case problem(ReaderProblem)
}
