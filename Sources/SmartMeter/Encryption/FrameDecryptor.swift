import Ciphers

/// Opens encrypted frames, and tells from what it has seen before why one does not open.
struct FrameDecryptor {
    enum Opened {
        case telegram(Telegram)
        case problem(ReaderProblem.Reason, Telegram?)
    }

    let keys: MeterKeys
    let cipher: AESGCM
    /// Decrypts first blocks alone, for a look into dubious frames.
    let block: AES128
    /// Tells keys apart without showing them: the cipher's answer to a fixed block.
    let keyMark: UInt64
    /// The clock of the meter's stamps.
    let timeZone: MeterTimeZone
    /// Security control and authentication key, the data that is authenticated but not encrypted.
    var additional: [UInt8]
    var vector = [UInt8](repeating: 0, count: AESGCM.vectorLength)
    var title = SystemTitle([])
    private var usualObjects = 64
    private var allowance = OpeningAllowance()

    /// The key has opened a frame of this meter.
    private var provenTitle: SystemTitle?
    private(set) var authenticationProven = false
    /// The last frame that did not open, and how many of the same sender came in a row.
    private var lastIllegible: (title: SystemTitle, counter: UInt32, run: Int)?
    private var suspicious = false

    /// Frames beyond this size are looked into before they are opened as a whole.
    private static let smallFrame = 4_096
    static let blockLength = 16

    init(_ keys: MeterKeys, timeZone: MeterTimeZone, replayGuard: ReplayGuard?) throws(CipherError) {
        self.keys = keys
        self.timeZone = timeZone
        cipher = try AESGCM(keys.encryptionKey)
        block = try AES128(keys.encryptionKey)
        let answer = block.encrypt(blocks: [UInt8](repeating: 0x6B, count: Self.blockLength)) ?? []
        keyMark = answer.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        provenTitle = replayGuard?.expectedTitle(key: keyMark)
        additional =
            [EncryptedFrame.usualSecurity] + (keys.authenticationKey?.bytes ?? MeterKeys.luxembourgAuthenticationKey)
    }

    /// Whether a header is to be looked into before its frame is opened as a whole. One that lies about a long frame,
    /// found again and again in noise, would cost the opening of all of it each time.
    func doubts(_ frame: EncryptedFrame) -> Bool { suspicious || frame.ciphertext.count > Self.smallFrame }

    /// Looks into the frames that begin at `start` and shortly behind it.
    func look(
        into bytes: [UInt8], from start: Int, end: Int, offset: Int, _ screen: inout HeaderScreen
    ) {
        screen.judge(bytes, from: start, end: end, offset: offset, cipher: block, title: keys.systemTitle)
    }

    /// - Parameter offset: the place in the stream of the first of `bytes`.
    mutating func open(_ frame: EncryptedFrame, in bytes: [UInt8], offset: Int, isIllegible: Bool) -> Opened {
        guard setTitle(frame.title, in: bytes) else { return .problem(.systemTitleMissing, nil) }
        if let expected = keys.systemTitle, expected != title {
            return .problem(noteStranger(frame.counter, expected), nil)
        }
        guard frame.securityControl == 0x30 || frame.securityControl == 0x20 else {
            return .problem(.unsupportedSecurity(frame.securityControl), nil)
        }
        // Every frame is longer than a tag, so a frame without one is opened as if its last bytes were it.
        if frame.tag.isEmpty, keys.tagCheck == .strict { return .problem(.tagMissing(title), nil) }
        for index in 0..<8 { vector[index] = title.bytes[index] }
        for index in 0..<4 { vector[8 + index] = bytes[frame.counterStart + index] }

        if isIllegible { return .problem(noteIllegible(frame.counter), nil) }
        if !allowance.covers(frame.ciphertext.count, endingAt: offset + frame.end),
            case .breaksOff(let isLegible) = glance(into: frame, in: bytes)
        {
            return .problem(isLegible ? .damagedFrame(title) : noteIllegible(frame.counter), nil)
        }
        allowance.spend(frame.ciphertext.count)
        var plaintext: [UInt8] = []
        let tagMatches = cipher.open(
            bytes, ciphertext: frame.ciphertext, tag: frame.end - AESGCM.tagLength..<frame.end, vector: vector,
            authenticating: additional, into: &plaintext)
        return judge(frame, plaintext, authentic: tagMatches && !frame.tag.isEmpty)
    }

    private mutating func judge(_ frame: EncryptedFrame, _ plaintext: [UInt8], authentic: Bool) -> Opened {
        if authentic { noteProven(authenticated: true) }
        guard plaintext.first == ASCII.slash else {
            return .problem(authentic ? .notTelegramInside(title) : noteIllegible(frame.counter), nil)
        }
        let text = TelegramText(plaintext.span, from: 0, expecting: usualObjects)
        guard let bang = text.bang else {
            return .problem(authentic ? .notTelegramInside(title) : noteDamage(frame, plaintext), nil)
        }
        if authentic, text.records.isEmpty { return .problem(.noObjects(lines: text.oddLines), nil) }
        let checksum = TelegramChecksum(of: plaintext.span, from: 0, bang: bang, end: plaintext.count)
        let telegram = Telegram(
            bytes: plaintext, text: text, checksum: checksum, timeZone: timeZone,
            encryption: TelegramEncryption(systemTitle: title, frameCounter: frame.counter, authenticated: authentic))
        switch (checksum, authentic) {
        case (.good, true), (.absent, true):
            usualObjects = text.records.count + 2
            return .telegram(telegram)
        case (.wrong(let stated, let computed), true), (.unchecked(let stated, let computed), true):
            return .problem(.checksumWrong(stated: stated, computed: computed), telegram)
        case (.good, false):
            // The text is whole, so the encryption key is right; only the tag can be doubted.
            noteProven(authenticated: false)
            if keys.tagCheck == .crcOnly { return .telegram(telegram) }
            return .problem(authenticationProven ? .damagedFrame(title) : .authenticationKeyDiffers(title), nil)
        case (.absent, false) where keys.tagCheck == .crcOnly && provenTitle == title:
            return .problem(.checksumMissing, telegram)
        case (.absent, false), (.wrong, false), (.unchecked, false):
            return .problem(noteDamage(frame, plaintext), nil)
        }
    }

    /// Keeps the title that is there, so that frame after frame of one meter share it.
    mutating func setTitle(_ place: Range<Int>, in bytes: [UInt8]) -> Bool {
        guard !place.isEmpty else {
            guard let configured = keys.systemTitle, configured.bytes.count == 8 else { return false }
            title = configured
            return true
        }
        let seen = bytes[place]
        if !title.bytes.elementsEqual(seen) { title = SystemTitle(Array(seen)) }
        return true
    }

    /// `/` and printable characters up to a line end: by chance once in more than 2^20 times.
    private static func isLegible(_ text: [UInt8]) -> Bool {
        guard text.first == ASCII.slash else { return false }
        for byte in text.dropFirst().prefix(blockLength - 1) {
            if ASCII.isNewline(byte) { return true }
            if !ASCII.isPrintable(byte) { return false }
        }
        return true
    }

    mutating func noteProven(authenticated: Bool) {
        if provenTitle != title { provenTitle = title }
        if authenticated { authenticationProven = true }
        lastIllegible = nil
        suspicious = false
    }

    private mutating func noteDamage(_ frame: EncryptedFrame, _ plaintext: [UInt8]) -> ReaderProblem.Reason {
        Self.isLegible(plaintext) ? .damagedFrame(title) : noteIllegible(frame.counter)
    }

    mutating func noteIllegible(_ counter: UInt32) -> ReaderProblem.Reason {
        suspicious = true
        let run = noteRun(counter)
        guard let provenTitle else { return run > 1 ? .wrongEncryptionKey(title) : .wrongEncryptionKeyOrDamaged(title) }
        // Damage that spares header after header and never the text behind it is none: the key has been changed.
        if provenTitle == title { return run > 2 ? .wrongEncryptionKey(title) : .damagedFrame(title) }
        return run > 1 ? .otherMeter(title, expected: provenTitle) : .wrongEncryptionKeyOrDamaged(title)
    }

    /// A frame of another meter than the configured one; or, once that one's key is proven, one of its own with a damaged
    /// name: two bits or fewer.
    mutating func noteStranger(_ counter: UInt32, _ expected: SystemTitle) -> ReaderProblem.Reason {
        let isNear = zip(title.bytes, expected.bytes).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount } <= 2
        let isOwn = isNear && provenTitle == expected
        return noteRun(counter) == 1 && isOwn ? .damagedFrame(expected) : .otherMeter(title, expected: expected)
    }

    /// How many frames of this sender with numbers that go up came in a row: their headers came over the line unharmed.
    private mutating func noteRun(_ counter: UInt32) -> Int {
        var run = 1
        if let last = lastIllegible, last.title == title, counter &- last.counter &- 1 < 16 { run = last.run + 1 }
        lastIllegible = (title, counter, min(run, 3))
        return run
    }
}
