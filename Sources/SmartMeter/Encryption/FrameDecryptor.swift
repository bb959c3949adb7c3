import Ciphers

/// Opens encrypted frames, and tells from what it has seen before why one does not open.
struct FrameDecryptor {
    enum Opened {
        case telegram(Telegram)
        case problem(ReaderProblem.Reason, Telegram?)
    }

    private let keys: MeterKeys
    private let cipher: AESGCM
    /// Decrypts the first block alone, for a look into a dubious frame.
    private let block: AES128
    /// Security control and authentication key, the data that is authenticated but not encrypted.
    private let additional: [UInt8]
    private var vector = [UInt8](repeating: 0, count: AESGCM.vectorLength)
    private var counterBlock = [UInt8](repeating: 0, count: 15) + [2]
    private var preview: [UInt8] = []
    private var title = SystemTitle([])
    private var usualObjects = 64

    /// The key has opened a frame of this meter.
    private var provenTitle: SystemTitle?
    private var authenticationProven = false
    private var lastIllegible: (title: SystemTitle, counter: UInt32)?
    private var suspicious = false

    /// Frames beyond this size are looked into before they are opened as a whole.
    private static let smallFrame = 4_096
    private static let blockLength = 16

    init(_ keys: MeterKeys) throws(CipherError) {
        self.keys = keys
        cipher = try AESGCM(keys.encryptionKey)
        block = try AES128(keys.encryptionKey)
        additional = [0x30] + (keys.authenticationKey?.bytes ?? MeterKeys.luxembourgAuthenticationKey)
    }

    mutating func open(_ frame: EncryptedFrame, in bytes: [UInt8]) -> Opened {
        guard setTitle(of: frame, in: bytes) else { return .problem(.systemTitleMissing, nil) }
        guard frame.securityControl == 0x30 || frame.securityControl == 0x20 else {
            return .problem(.unsupportedSecurity(frame.securityControl), nil)
        }
        // Every frame is longer than a tag, so a frame without one is opened as if its last bytes were it.
        if frame.tag.isEmpty, keys.tagCheck == .strict { return .problem(.tagMissing(title), nil) }
        for index in 0..<8 { vector[index] = title.bytes[index] }
        for index in 0..<4 { vector[8 + index] = bytes[frame.counterStart + index] }

        // A header that lies about a long frame, found again and again in noise, would cost the opening of all of it
        // each time. One block tells.
        if suspicious || frame.ciphertext.count > Self.smallFrame, !beginsLikeTelegram(frame, bytes) {
            return .problem(noteIllegible(frame), nil)
        }
        var plaintext: [UInt8] = []
        let tagMatches = cipher.open(
            bytes, ciphertext: frame.ciphertext, tag: frame.end - AESGCM.tagLength..<frame.end, vector: vector,
            authenticating: additional, into: &plaintext)
        return judge(frame, plaintext, authentic: tagMatches && !frame.tag.isEmpty)
    }

    private mutating func judge(_ frame: EncryptedFrame, _ plaintext: [UInt8], authentic: Bool) -> Opened {
        if authentic { noteProven(authenticated: true) }
        guard plaintext.first == ASCII.slash else {
            return .problem(authentic ? .notTelegramInside(title) : noteIllegible(frame), nil)
        }
        let text = TelegramText(plaintext.span, from: 0, expecting: usualObjects)
        guard let bang = text.bang else {
            return .problem(authentic ? .notTelegramInside(title) : noteDamage(frame, plaintext), nil)
        }
        let checksum = TelegramChecksum(of: plaintext.span, from: 0, bang: bang, end: plaintext.count)
        let telegram = Telegram(
            bytes: plaintext, text: text, checksum: checksum,
            encryption: TelegramEncryption(systemTitle: title, frameCounter: frame.counter, authenticated: authentic))
        switch (checksum, authentic) {
        case (.good, true), (.absent, true):
            usualObjects = text.records.count + 2
            return .telegram(telegram)
        case (.wrong(let stated, let computed), true):
            return .problem(.checksumWrong(stated: stated, computed: computed), telegram)
        case (.good, false):
            // The text is whole, so the encryption key is right; only the tag can be doubted.
            noteProven(authenticated: false)
            if keys.tagCheck == .crcOnly { return .telegram(telegram) }
            return .problem(authenticationProven ? .damagedFrame(title) : .authenticationKeyDiffers(title), nil)
        case (.absent, false) where keys.tagCheck == .crcOnly && provenTitle == title:
            return .problem(.checksumMissing, telegram)
        case (.absent, false), (.wrong, false):
            return .problem(noteDamage(frame, plaintext), nil)
        }
    }

    /// Keeps the title that is there, so that frame after frame of one meter share it.
    private mutating func setTitle(of frame: EncryptedFrame, in bytes: [UInt8]) -> Bool {
        guard !frame.title.isEmpty else {
            guard let configured = keys.systemTitle, configured.bytes.count == 8 else { return false }
            title = configured
            return true
        }
        let seen = bytes[frame.title]
        if !title.bytes.elementsEqual(seen) { title = SystemTitle(Array(seen)) }
        return true
    }

    /// Whether the first block of the text is `/` and what may follow it. GCM encrypts it with the block cipher's
    /// answer to the vector and the number 2 (NIST SP 800-38D, 7.1).
    private mutating func beginsLikeTelegram(_ frame: EncryptedFrame, _ bytes: [UInt8]) -> Bool {
        for index in 0..<AESGCM.vectorLength { counterBlock[index] = vector[index] }
        guard let mask = block.encrypt(blocks: counterBlock) else { return true }
        preview.removeAll(keepingCapacity: true)
        for (mask, byte) in zip(mask, bytes[frame.ciphertext]) { preview.append(mask ^ byte) }
        return Self.isLegible(preview)
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

    private mutating func noteProven(authenticated: Bool) {
        if provenTitle != title { provenTitle = title }
        if authenticated { authenticationProven = true }
        lastIllegible = nil
        suspicious = false
    }

    private mutating func noteDamage(_ frame: EncryptedFrame, _ plaintext: [UInt8]) -> ReaderProblem.Reason {
        Self.isLegible(plaintext) ? .damagedFrame(title) : noteIllegible(frame)
    }

    private mutating func noteIllegible(_ frame: EncryptedFrame) -> ReaderProblem.Reason {
        suspicious = true
        if provenTitle == title { return .damagedFrame(title) }
        defer { lastIllegible = (title, frame.counter) }
        // The same sender with the next number: both headers came over the line unharmed.
        if let lastIllegible, lastIllegible.title == title, frame.counter &- lastIllegible.counter &- 1 < 16 {
            return .wrongEncryptionKey(title)
        }
        return .wrongEncryptionKeyOrDamaged(title)
    }
}
