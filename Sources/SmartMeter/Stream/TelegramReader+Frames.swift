/// Encrypted frames: what opens them, and what the guard says of their counter.
extension TelegramReader {
    mutating func open(_ frame: EncryptedFrame, end: Int) -> ReaderOutcome? {
        let isEcho = head < echoEnd
        guard decryptor != nil else {
            if isEcho || isPart(frame, end: end) { return pass() }
            return fail(.keyMissing(SystemTitle(Array(buffer[frame.title]))), upTo: frame.end)
        }
        var isIllegible = false
        if isEcho || decryptor?.doubts(frame) == true {
            decryptor?.look(into: buffer, from: head, end: end, offset: offsetOfBuffer, &screen)
            isIllegible = screen.knowsIllegible(offsetOfBuffer + head)
        }
        if isIllegible, isEcho { return pass() }
        switch decryptor?.open(frame, in: buffer, isIllegible: isIllegible) {
        case .telegram(let telegram): return admit(telegram, end: frame.end)
        case .problem(let reason, let telegram):
            if !reason.isAboutWholeText, isEcho || isPart(frame, end: end) { return pass() }
            return fail(reason, upTo: frame.end, telegram: telegram)
        case nil: return nil
        }
    }

    /// Whether a frame that can't be opened belongs to another protocol; looked at once for what is reported in one piece.
    private func isPart(_ frame: EncryptedFrame, end: Int) -> Bool { head >= reported && isInsideLink(frame, end: end) }

    /// Lets the guard judge a telegram that opened. Whatever it says, nothing else can be in this frame.
    mutating func admit(_ telegram: Telegram, end: Int, line: LineProtocol? = nil) -> ReaderOutcome {
        guard let frame = telegram.encryption, let key = decryptor?.keyMark else { return succeed(telegram, end: end) }
        let reason: ReaderProblem.Reason
        switch replayGuard?.admit(frame, key: key) {
        case .fresh, nil: return succeed(telegram, end: end)
        case .replayed(let newest):
            reason = .replayed(frame.systemTitle, counter: frame.frameCounter, newest: newest)
        case .unsure(let until):
            reason = .counterSetAside(frame.systemTitle, counter: frame.frameCounter, until: until)
        case .restarted(let newest):
            reason = .counterRestarted(frame.systemTitle, counter: frame.frameCounter, newest: newest)
        case .otherMeter(let expected): reason = .otherMeter(frame.systemTitle, expected: expected)
        }
        let problem = ReaderProblem(
            reason: reason, offset: offsetOfBuffer + head, length: end - head, telegram: telegram, line: line)
        finishCandidate(end: end)
        return afterSkipped(.problem(problem))
    }
}
