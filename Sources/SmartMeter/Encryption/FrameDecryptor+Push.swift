import Ciphers

/// Messages of DLMS, whose content is data and no text. The rules are those of P1 frames; that the data is whole stands for the CRC
/// of the text.
extension FrameDecryptor {
    mutating func open(_ message: CipheredMessage, in bytes: [UInt8], _ link: LinkCheck) -> Opened {
        guard setTitle(message.title, in: bytes) else { return .problem(.systemTitleMissing, nil) }
        if let expected = keys.systemTitle, expected != title {
            return .problem(noteStranger(message.counter, expected), nil)
        }
        guard message.isSupported else { return .problem(.unsupportedSecurity(message.securityControl), nil) }
        guard let (content, authentic) = decrypt(message, bytes) else {
            return .problem(.pushUnreadable(.broken(at: message.content.upperBound)), nil)
        }
        return judge(content, message, authentic: authentic, link)
    }

    /// Nil when the message is too short to be one.
    private mutating func decrypt(_ message: CipheredMessage, _ bytes: [UInt8]) -> (content: [UInt8], authentic: Bool)?
    {
        for index in 0..<8 { vector[index] = title.bytes[index] }
        for index in 0..<4 { vector[8 + index] = bytes[message.counterStart + index] }
        additional[0] = message.securityControl
        defer { additional[0] = EncryptedFrame.usualSecurity }
        // Without a tag the last bytes stand for one that does not match.
        let last = message.tag.isEmpty ? message.content.upperBound : message.tag.upperBound
        guard last - AESGCM.tagLength >= message.content.lowerBound else { return nil }
        let tag = last - AESGCM.tagLength..<last
        var content: [UInt8] = []
        guard message.isEncrypted else {
            // What is authenticated only is part of the additional data (DLMS UA 1000-2, 9.2.7.2.4).
            let plain = Array(bytes[message.content])
            let matches = cipher.open(
                bytes, ciphertext: tag.lowerBound..<tag.lowerBound, tag: tag, vector: vector,
                authenticating: additional + plain, into: &content)
            return (plain, matches)
        }
        let matches = cipher.open(
            bytes, ciphertext: message.content, tag: tag, vector: vector, authenticating: additional, into: &content)
        return (content, matches && !message.tag.isEmpty)
    }

    private mutating func judge(
        _ content: [UInt8], _ message: CipheredMessage, authentic: Bool, _ link: LinkCheck
    ) -> Opened {
        if authentic { noteProven(authenticated: true) }
        let isLegible = DataNotification.mayBegin(content)
        guard authentic || isLegible else { return .problem(noteIllegible(message.counter), nil) }
        switch PushMessage.read(content, title, timeZone: timeZone) {
        case .failure(let fault): return .problem(.pushUnreadable(fault), nil)
        case .success(let objects):
            let encryption = TelegramEncryption(
                systemTitle: title, frameCounter: message.counter, authenticated: authentic)
            guard !authentic else { return .telegram(Telegram(objects, .good(link.check), encryption: encryption)) }
            noteProven(authenticated: false)
            if keys.tagCheck == .crcOnly {
                return .telegram(Telegram(objects, .good(link.check), encryption: encryption))
            }
            if message.tag.isEmpty { return .problem(.tagMissing(title), nil) }
            return .problem(authenticationProven ? .damagedFrame(title) : .authenticationKeyDiffers(title), nil)
        }
    }

    /// Opens a text that is encrypted behind its header. It names no sender, so that where none is configured the vector is zero,
    /// and its counter was zero in each that was seen: it tells nothing of recordings.
    mutating func open(_ text: CipheredText, in bytes: [UInt8]) -> Opened {
        let name = SystemTitle(Array(bytes[text.identification]))
        let sender = keys.systemTitle?.bytes ?? []
        for index in 0..<8 { vector[index] = index < sender.count ? sender[index] : 0 }
        for index in 0..<4 { vector[8 + index] = bytes[text.counterStart + index] }
        additional[0] = text.securityControl
        defer { additional[0] = EncryptedFrame.usualSecurity }
        var content: [UInt8] = []
        let tag = text.tag.isEmpty ? text.content.upperBound - AESGCM.tagLength..<text.content.upperBound : text.tag
        let matches = cipher.open(
            bytes, ciphertext: text.content, tag: tag, vector: vector, authenticating: additional, into: &content)
        let authentic = matches && !text.tag.isEmpty
        title = name
        if authentic { noteProven(authenticated: true) }
        guard authentic || content.prefix(16).allSatisfy({ ASCII.isPrintable($0) || ASCII.isNewline($0) }) else {
            return .problem(noteIllegible(text.counter), nil)
        }
        let whole = content.first == ASCII.slash ? content : Array(bytes[text.header]) + content + [ASCII.bang]
        let read = TelegramText(whole.span, from: 0, expecting: 64)
        guard !read.records.isEmpty else { return .problem(.noObjects(lines: read.oddLines), nil) }
        guard authentic || keys.tagCheck == .crcOnly && read.oddLines == 0 else {
            return .problem(text.tag.isEmpty ? .tagMissing(name) : .authenticationKeyDiffers(name), nil)
        }
        return .telegram(
            Telegram(bytes: whole, text: read, checksum: .absent, timeZone: timeZone, encryption: nil))
    }
}
