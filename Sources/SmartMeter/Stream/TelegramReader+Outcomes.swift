/// What becomes of the candidate at `head`: a telegram, a problem, or nothing; and where the search goes on.
extension TelegramReader {
    mutating func succeed(_ telegram: Telegram, end: Int) -> ReaderOutcome {
        finishCandidate(end: end)
        return afterSkipped(.telegram(telegram))
    }

    mutating func finishCandidate(end: Int) {
        head = end
        lineStart = end
        candidate = .none
    }

    /// Gives the candidate at `head` up without a word.
    mutating func pass() -> ReaderOutcome? {
        _ = watch.take(buffer[head], at: offsetOfBuffer + head)
        head += 1
        candidate = .none
        return nil
    }

    /// Gives the candidate at `head` up and goes on with its second byte. What lies within something that was already
    /// reported, and is not legible, is not reported again.
    mutating func fail(
        _ reason: ReaderProblem.Reason, upTo end: Int, telegram: Telegram? = nil, line: LineProtocol? = nil
    ) -> ReaderOutcome? {
        let known = end <= reported && telegram == nil
        let start = head
        head += 1
        candidate = .none
        reported = max(reported, end)
        guard !known else { return nil }
        lastReport = start
        return afterSkipped(
            .problem(
                ReaderProblem(
                    reason: reason, offset: offsetOfBuffer + start, length: end - start, telegram: telegram,
                    line: line)))
    }

    /// Gives up what begins as a frame of another protocol. Encrypted frames that stand in it are part of it.
    mutating func failLink(_ reason: ReaderProblem.Reason, _ line: LineProtocol, upTo end: Int) -> ReaderOutcome? {
        enclosedEnd = max(enclosedEnd, end)
        assembler.reset()
        return fail(reason, upTo: end, line: line)
    }

    /// Passes over what came whole. Without a reason there is nothing to tell of it yet.
    mutating func consume(upTo end: Int, _ reason: ReaderProblem.Reason? = nil, _ line: LineProtocol) -> ReaderOutcome?
    {
        let start = head
        anythingSeen = true
        finishCandidate(end: end)
        guard let reason else { return nil }
        let problem = ReaderProblem(
            reason: reason, offset: offsetOfBuffer + start, length: end - start, telegram: nil, line: line)
        return afterSkipped(.problem(problem))
    }

    /// Headers in noise that follow a reported one this closely, and lie in its frame, are not worth a report.
    private static let echoes = 128

    var echoEnd: Int { max(enclosedEnd, min(reported, lastReport + Self.echoes)) }

    /// What was skipped came before, so it is reported before.
    mutating func afterSkipped(_ outcome: ReaderOutcome) -> ReaderOutcome {
        anythingSeen = true
        guard let problem = skipped.take(everything: false) else { return outcome }
        deferred = outcome
        return .problem(problem)
    }

    mutating func endTransmission() -> ReaderOutcome? {
        boundary = nil
        lineStart = head
        assembler.reset()
        return skipped.take(everything: !anythingSeen).map { .problem($0) }
    }
}
