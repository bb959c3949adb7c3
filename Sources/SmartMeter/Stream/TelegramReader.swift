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
    public internal(set) var replayGuard: ReplayGuard?
    let timeZone: MeterTimeZone
    var proof: TextProof
    /// What of each byte of a text is a character.
    let mask: UInt8
    var decryptor: FrameDecryptor?
    var screen = HeaderScreen()
    var watch = ForeignWatch()
    var unmarked = UnmarkedTelegrams()
    private(set) var buffer: [UInt8] = []
    /// The first byte of `buffer` that is not dealt with.
    var head = 0
    /// What came before `buffer`.
    private(set) var offsetOfBuffer = 0
    var candidate = TelegramCandidate.none
    /// Puts messages together that came in several frames.
    var assembler = MessageAssembler()
    /// A place where a line begins though no line end stands before it: the start of the stream, the place behind a
    /// telegram.
    var lineStart = 0
    /// Where the present transmission ends; nothing may extend over it.
    var boundary: Int?
    /// Bytes before this place have been reported.
    var reported = 0
    /// Where the newest report begins.
    var lastReport = 0
    /// Before this place stands what was the inside of a frame of another protocol: no encrypted frame in it is worth a word.
    var enclosedEnd = 0
    var skipped = SkippedBytes()
    var deferred: ReaderOutcome?
    /// Something has come out since the start of the stream.
    var anythingSeen = false
    var checksumSeen = false
    var usualObjects = 64

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
            case .refused(let refusal):
                if let outcome = settle(refusal, end: end) { return outcome }
                if case .refused = candidate { return nil }
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

    /// Forgets what is dealt with, once that is at least half of what is held. The byte before `head` stays: whether a line
    /// begins there shows in it, and for text with its parity bit other bytes are line ends.
    private mutating func compact() {
        guard head > 1, head == buffer.count || head > max(4_096, buffer.count / 2) else { return }
        let count = head - 1
        buffer.removeFirst(count)
        offsetOfBuffer += count
        lineStart -= count
        reported = max(0, reported - count)
        lastReport -= count
        enclosedEnd = max(0, enclosedEnd - count)
        boundary = boundary.map { $0 - count }
        head = 1
    }
}
