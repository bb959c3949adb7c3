public import Ciphers

/// Turns the bytes of a meter's line into telegrams, encrypted or not, and says what was wrong with the rest.
///
/// Give it bytes with ``append(_:)-([UInt8])`` as they come, in pieces of any size, and take outcomes with ``next()`` until it
/// returns nil. Two rules hold whatever the bytes are:
/// - A part that turns out to be no telegram is searched again from its second byte on, so a frame that is cut off,
///   damaged or lies about its length never costs the next good one.
/// - Memory is that of one frame of 64 KiB and of the largest piece given; work grows with the number of bytes.
public struct TelegramReader {
    /// What is known of the meter's frame counter, to be kept in the store; nil when recordings are welcome.
    public private(set) var replayGuard: ReplayGuard?
    let timeZone: MeterTimeZone
    private var proof: TextProof
    /// What of each byte of a text is a character.
    private let mask: UInt8
    var decryptor: FrameDecryptor?
    private var screen = HeaderScreen()
    private var watch = ForeignWatch()
    private var unmarked = UnmarkedTelegrams()
    private(set) var buffer: [UInt8] = []
    /// The first byte of `buffer` that is not dealt with.
    private(set) var head = 0
    /// What came before `buffer`.
    private var offsetOfBuffer = 0
    var candidate = TelegramCandidate.none
    /// Puts messages together that came in several frames.
    var assembler = MessageAssembler()
    /// A place where a line begins though no line end stands before it: the start of the stream, the place behind a
    /// telegram.
    private var lineStart = 0
    /// Where the present transmission ends; nothing may extend over it.
    private(set) var boundary: Int?
    /// Bytes before this place have been reported.
    private var reported = 0
    /// Where the newest report begins.
    private var lastReport = 0
    /// Before this place stands what was the inside of a frame of another protocol: no encrypted frame in it is worth a word.
    private var enclosedEnd = 0
    private var skipped = SkippedBytes()
    private var deferred: ReaderOutcome?
    /// Something has come out since the start of the stream.
    private var anythingSeen = false
    private var checksumSeen = false
    private var usualObjects = 64

    /// Headers in noise that follow a reported one this closely, and lie in its frame, are not worth a report.
    private static let echoes = 128

    /// - Parameters:
    ///   - keys: what opens the meter's frames; nil for a meter that does not encrypt.
    ///   - timeZone: the local time of the meter's stamps.
    ///   - replayGuard: refuses frames whose counter is not above that of all before; nil for recordings.
    ///   - checksum: what proves a text that is not encrypted.
    ///   - sevenBits: the line is 7E1: the highest bit of a text's bytes is its parity, or nothing.
    public init(
        keys: MeterKeys? = nil, timeZone: MeterTimeZone = .centralEuropean, replayGuard: ReplayGuard? = nil,
        checksum: ChecksumRule = .auto, sevenBits: Bool = false
    ) throws(CipherError) {
        proof = TextProof(checksum)
        mask = sevenBits ? ParityBits.mask : 0xFF
        self.timeZone = timeZone
        self.replayGuard = replayGuard
        if let keys { decryptor = try FrameDecryptor(keys, timeZone: timeZone, replayGuard: replayGuard) }
    }

    /// Takes bytes as they came from the line. Take the outcomes before giving the next ones.
    public mutating func append(_ bytes: [UInt8]) {
        compact()
        buffer.append(contentsOf: bytes)
    }

    /// Takes bytes as they came from the line. Take the outcomes before giving the next ones.
    public mutating func append(_ bytes: ArraySlice<UInt8>) {
        compact()
        buffer.append(contentsOf: bytes)
    }

    /// Tells that the line has been silent for longer than a meter pauses within a telegram (a second is ample at
    /// 115200 baud): what is not complete now never will be.
    public mutating func lineWentIdle() {
        if boundary == nil { boundary = buffer.count }
    }

    /// Tells that no more bytes will come. What is not complete is reported by ``next()``.
    public mutating func finish() { boundary = buffer.count }

    /// Whether part of a telegram has come and its end is awaited.
    public var isWaitingForMore: Bool { head < buffer.count }

    /// Bytes that are kept until their end comes.
    package var bytesHeld: Int { buffer.count }

    /// The next telegram or problem in the order of the stream; nil when more bytes are needed.
    public mutating func next() -> ReaderOutcome? {
        if let outcome = deferred {
            deferred = nil
            return outcome
        }
        while true {
            let end = boundary ?? buffer.count
            switch candidate {
            case .none:
                if head >= end || !seek(end: end) {
                    if skipped.isOverflowing, let problem = skipped.take(everything: true) { return .problem(problem) }
                    guard boundary != nil else { return nil }
                    if let outcome = endTransmission() { return outcome }
                    guard head < buffer.count else { return nil }
                }
            case .encrypted:
                guard case .frame(let frame) = EncryptedFrame.recognise(buffer.span, at: head, end: end) else {
                    candidate = .none
                    break
                }
                if frame.end <= end {
                    if let outcome = open(frame, end: end) { return outcome }
                } else if boundary == nil {
                    return nil
                } else if let outcome = fail(.truncated, upTo: end) {
                    return outcome
                }
            case .link(let kind):
                if let outcome = readLink(kind, end: end) { return outcome }
                if case .link = candidate { return nil }
            case .plain(let scanned, let mask):
                if let outcome = readPlain(scanned: scanned, mask, end: end) { return outcome }
                if case .plain = candidate { return nil }
            }
        }
    }

    /// Moves `head` to the next place where a telegram may begin; false when there is none yet.
    private mutating func seek(end: Int) -> Bool {
        let counted = max(head, reported)
        let search = TelegramCandidate.Search(
            limit: min(end, counted + skipped.room), end: end, lineStart: lineStart, isLast: boundary != nil,
            reported: reported, echoEnd: echoEnd, offset: offsetOfBuffer, mask: mask, named: skipped.named,
            namingLimit: counted + skipped.roomBeforeNaming)
        var screen = screen
        var watch = watch
        let found = TelegramCandidate.seek(buffer.span, from: head, search, &screen, &watch)
        self.screen = screen
        self.watch = watch
        let unreported = max(head, min(reported, found.place))
        skipped.add(found.place - unreported, at: offsetOfBuffer + unreported, foreign: found.foreign)
        head = found.place
        candidate = found.candidate
        if case .none = candidate { return false }
        return true
    }

    private mutating func open(_ frame: EncryptedFrame, end: Int) -> ReaderOutcome? {
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

    private mutating func readPlain(scanned: Int, _ mask: UInt8, end: Int) -> ReaderOutcome? {
        switch CipheredText.recognise(buffer.span, at: head, end: end) {
        case .frame(let text) where text.end <= end: return open(text)
        case .frame, .unfinished:
            if boundary == nil { return nil }
            if scanned == 1, case .frame = CipheredText.recognise(buffer.span, at: head, end: end) {
                return fail(.truncated, upTo: end, line: .cipheredText)
            }
        case .no: break
        }
        let isLast = boundary != nil
        let limit = min(end, head + EncryptedFrame.longest + 1)
        switch PlainFraming.progress(
            buffer.span, from: head + scanned, limit: limit, end: end, isLast: isLast, mask: mask)
        {
        case .complete(let bang, let last): return readPlain(bang: bang, last: last, mask, end: end)
        case .cutShort(let place): return readUnmarked(mask, end: place)
        case .unfinished(let place):
            if place - head > EncryptedFrame.longest { return fail(.tooLong, upTo: place) }
            if isLast { return readUnmarked(mask, end: end) }
            candidate = .plain(scanned: place - head, mask: mask)
            return nil
        }
    }

    /// Reads a telegram that has no `!`: its end is lost, or its meter sends none.
    private mutating func readUnmarked(_ mask: UInt8, end: Int) -> ReaderOutcome? {
        var bytes = Array(buffer[head..<end])
        var notes: [TelegramNote] = []
        guard stripParity(&bytes, mask, &notes) else { return fail(.parityWrong, upTo: end) }
        let text = TelegramText(bytes.span, from: 0, expecting: usualObjects)
        guard !checksumSeen, unmarked.accept(text, bytes) else { return fail(.truncated, upTo: end) }
        let telegram = Telegram(
            bytes: bytes, text: text, checksum: .absent, timeZone: timeZone, encryption: nil, notes: notes)
        return succeed(telegram, end: end)
    }

    private mutating func readPlain(bang: Int, last: Int, _ mask: UInt8, end: Int) -> ReaderOutcome? {
        var bytes = Array(buffer[head..<last])
        var notes: [TelegramNote] = []
        guard stripParity(&bytes, mask, &notes) else { return fail(.parityWrong, upTo: last) }
        let checksum = checksum(bang: bang, mask, end: end)
        let text = TelegramText(bytes.span, from: 0, expecting: usualObjects)
        switch checksum {
        case .good(let number) where !proof.believesARC:
            let digits = String(number, radix: 16, uppercase: true)
            return judge(bytes, text, stated: digits, number, notes, end: last)
        case .good:
            checksumSeen = true
            proof.noteARC()
            usualObjects = text.records.count + 2
        case .wrong(let stated, let computed), .unchecked(let stated, let computed):
            return judge(bytes, text, stated: stated, computed, notes, end: last)
        case .absent:
            if PlainFraming.headerHidesAnother(buffer.span, at: head, end: end) { return fail(.truncated, upTo: last) }
            let mayBeAbsent = !checksumSeen && !text.printsVersion
            guard mayBeAbsent else {
                return fail(.checksumMissing, upTo: last, telegram: telegram(bytes, text, checksum, notes))
            }
            unmarked.noteMark()
        }
        return accept(telegram(bytes, text, checksum, notes), end: last)
    }

    /// Judges a text whose CRC is not that of the standards.
    private mutating func judge(
        _ bytes: [UInt8], _ text: TelegramText, stated: String, _ computed: UInt16, _ notes: [TelegramNote], end: Int
    ) -> ReaderOutcome? {
        var (bytes, text) = (bytes, text)
        switch proof.judge(&bytes, &text, stated: stated, computed: computed) {
        case .good(let checksum, let more):
            checksumSeen = true
            return accept(telegram(bytes, text, checksum, notes + more), end: end)
        case .bad(let reason):
            let wrong = TelegramChecksum.wrong(stated: stated, computed: computed)
            return fail(reason, upTo: end, telegram: telegram(bytes, text, wrong, notes))
        }
    }

    private func checksum(bang: Int, _ mask: UInt8, end: Int) -> TelegramChecksum {
        guard mask != 0xFF else { return TelegramChecksum(of: buffer.span, from: head, bang: bang, end: end) }
        let text = buffer[head..<min(end, bang + 6)].map { $0 & mask }
        return TelegramChecksum(of: text.span, from: 0, bang: bang - head, end: text.count)
    }

    /// - Returns: false when the parity says that characters are damaged.
    private func stripParity(_ bytes: inout [UInt8], _ mask: UInt8, _ notes: inout [TelegramNote]) -> Bool {
        guard mask != 0xFF else { return true }
        switch ParityBits.strip(&bytes) {
        case .none: return true
        case .even:
            if self.mask == 0xFF { notes.append(.parityInBytes) }
            return true
        case .wrong: return false
        }
    }

    private func telegram(
        _ bytes: [UInt8], _ text: TelegramText, _ checksum: TelegramChecksum, _ notes: [TelegramNote]
    ) -> Telegram {
        let notes = text.hasShortCodes ? notes + [.shortCodes] : notes
        return Telegram(
            bytes: bytes, text: text, checksum: checksum, timeZone: timeZone, encryption: nil, notes: notes)
    }

    /// A whole telegram, unless nothing of it can be used.
    private mutating func accept(_ telegram: Telegram, end: Int) -> ReaderOutcome? {
        guard !telegram.objects.isEmpty else { return fail(.noObjects(lines: telegram.oddLines), upTo: end) }
        return succeed(telegram, end: end)
    }

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
    private mutating func pass() -> ReaderOutcome? {
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

    private var echoEnd: Int { max(enclosedEnd, min(reported, lastReport + Self.echoes)) }

    /// What was skipped came before, so it is reported before.
    private mutating func afterSkipped(_ outcome: ReaderOutcome) -> ReaderOutcome {
        anythingSeen = true
        guard let problem = skipped.take(everything: false) else { return outcome }
        deferred = outcome
        return .problem(problem)
    }

    private mutating func endTransmission() -> ReaderOutcome? {
        boundary = nil
        lineStart = head
        assembler.reset()
        return skipped.take(everything: !anythingSeen).map { .problem($0) }
    }

    /// Forgets what is dealt with, once that is at least half of what is held.
    private mutating func compact() {
        guard head > 0, head == buffer.count || head > max(4_096, buffer.count / 2) else { return }
        if head > 0, lineStart != head, ASCII.isNewline(buffer[head - 1]) || buffer[head - 1] == ASCII.nul {
            lineStart = head
        }
        if head == buffer.count { buffer.removeAll(keepingCapacity: true) } else { buffer.removeFirst(head) }
        offsetOfBuffer += head
        lineStart -= head
        reported = max(0, reported - head)
        lastReport -= head
        enclosedEnd = max(0, enclosedEnd - head)
        boundary = boundary.map { $0 - head }
        head = 0
    }
}
