/// Text that is not encrypted: from its `/` to its proof.
extension TelegramReader {
    mutating func readPlain(scanned: Int, _ mask: UInt8, end: Int) -> ReaderOutcome? {
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
        case .complete(let bang, let last):
            let block = BlockCheck.look(buffer.span, from: head, bang: bang, end: end, mask: mask)
            if case .unfinished = block, !isLast {
                candidate = .plain(scanned: bang - head, mask: mask)
                return nil
            }
            return readPlain(bang: bang, last: last, block, mask, end: end)
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

    private mutating func readPlain(
        bang: Int, last: Int, _ block: BlockCheck.Found, _ mask: UInt8, end: Int
    ) -> ReaderOutcome? {
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
            switch block {
            case .good(let check, let blockEnd):
                checksumSeen = true
                return accept(telegram(bytes, text, .good(UInt16(check)), notes), end: blockEnd)
            case .wrong(let blockEnd):
                // No line end stands behind a block check.
                lineStart = blockEnd
                return fail(.blockCheckWrong, upTo: blockEnd, telegram: telegram(bytes, text, checksum, notes))
            case .none, .unfinished: break
            }
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

    /// Opens a text that is encrypted behind its header; all that its length promises has come. Where it does not open its
    /// length may be a lie, and what stands in it telegrams of others.
    mutating func open(_ text: CipheredText) -> ReaderOutcome? {
        // Its check is of no known kind, so it is passed over.
        let end = text.end
        let name = SystemTitle(Array(buffer[text.identification]))
        switch decryptor?.open(text, in: buffer) {
        case .telegram(let telegram): return succeed(telegram, end: end)
        case .problem(let reason, _): return failLink(reason, .cipheredText, upTo: end)
        case nil: return failLink(.keyMissing(name), .cipheredText, upTo: end)
        }
    }
}
