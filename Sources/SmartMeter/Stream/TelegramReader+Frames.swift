/// Encrypted frames: what opens them, and what the guard says of their counter.
extension TelegramReader {
    mutating func open(_ frame: EncryptedFrame, end: Int) -> ReaderOutcome? {
        let isEcho = head < echoEnd
        guard decryptor != nil else {
            if isEcho { return pass() }
            let reason = ReaderProblem.Reason.keyMissing(SystemTitle(Array(buffer[frame.title])))
            return settle(FrameRefusal(reason: reason, telegram: nil), end: end)
        }
        var isIllegible = false
        if isEcho || decryptor?.doubts(frame) == true {
            decryptor?.look(into: buffer, from: head, end: end, offset: offsetOfBuffer, &screen)
            isIllegible = screen.knowsIllegible(offsetOfBuffer + head)
        }
        if isIllegible, isEcho { return pass() }
        switch decryptor?.open(frame, in: buffer, offset: offsetOfBuffer, isIllegible: isIllegible) {
        case .telegram(let telegram): return admit(telegram, end: frame.end)
        case .problem(let reason, let telegram):
            if reason.isAboutWholeText { return fail(reason, upTo: frame.end, telegram: telegram) }
            return isEcho ? pass() : settle(FrameRefusal(reason: reason, telegram: telegram), end: end)
        case nil: return nil
        }
    }

    /// Tells of a frame that did not open, unless it belongs to another protocol, which is looked at once for what is reported
    /// in one piece. It is not opened again when more bytes must come first: refusals are counted.
    mutating func settle(_ refusal: FrameRefusal, end: Int) -> ReaderOutcome? {
        guard case .frame(let frame) = EncryptedFrame.recognise(buffer.span, at: head, end: end) else { return pass() }
        if head >= reported {
            switch enclosure(of: frame, end: end) {
            case .inside: return pass()
            case .unfinished where boundary == nil:
                candidate = .refused(refusal)
                return nil
            case .unfinished, .outside: break
            }
        }
        return fail(refusal.reason, upTo: frame.end, telegram: refusal.telegram)
    }

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

/// Why an encrypted frame did not open.
struct FrameRefusal {
    let reason: ReaderProblem.Reason
    /// What could be read in spite of it.
    let telegram: Telegram?
}
