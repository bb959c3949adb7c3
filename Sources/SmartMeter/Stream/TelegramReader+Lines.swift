/// Frames of other protocols in the stream.
extension TelegramReader {
    /// - Returns: nil with the candidate kept when more bytes are wanted, without it when there is nothing to tell.
    mutating func readLink(_ kind: TelegramCandidate.LinkCandidate, end: Int) -> ReaderOutcome? {
        switch kind {
        case .hdlc: readHDLC(end: end)
        case .wiredMBus: readMBus(end: end)
        case .sml(let scanned): readSML(scanned: scanned, end: end)
        }
    }

    private mutating func readHDLC(end: Int) -> ReaderOutcome? {
        guard case .frame(let frame) = HDLCFrame.recognise(buffer.span, formatAt: head + 1, end: end) else {
            candidate = .none
            return nil
        }
        guard frame.end <= end else { return boundary == nil ? nil : failLink(.truncated, .hdlc, upTo: end) }
        guard frame.isSound(buffer.span) else { return failLink(.frameDamaged, .hdlc, upTo: frame.end) }
        let step = assembler.take(hdlc: buffer[frame.information], isSegment: frame.isSegment)
        // The flag that closes this frame may open the next one.
        return finish(step, LinkCheck(line: .hdlc, check: frame.check(buffer.span)), end: frame.end - 1)
    }

    private mutating func readMBus(end: Int) -> ReaderOutcome? {
        guard case .frame(let frame) = MBusFrame.recognise(buffer.span, at: head, end: end) else {
            candidate = .none
            return nil
        }
        guard frame.end <= end else { return boundary == nil ? nil : failLink(.truncated, .wiredMBus, upTo: end) }
        guard frame.isSound(buffer.span) else { return failLink(.frameDamaged, .wiredMBus, upTo: frame.end) }
        let step = assembler.take(mbus: buffer[frame.data], number: frame.number, isLast: frame.isLast)
        return finish(step, LinkCheck(line: .wiredMBus, check: UInt16(frame.sum(buffer.span))), end: frame.end)
    }

    private mutating func readSML(scanned: Int, end: Int) -> ReaderOutcome? {
        switch SMLFile.progress(buffer.span, from: head + scanned, end: end) {
        case .complete(let last):
            guard let (file, check) = SMLFile.content(buffer.span, head..<last) else {
                return failLink(.frameDamaged, .sml, upTo: last)
            }
            return finish(SMLList.read(file, timeZone: timeZone), LinkCheck(line: .sml, check: check), end: last)
        case .cutShort(let place): return failLink(.truncated, .sml, upTo: place)
        case .unfinished(let place):
            if place - head > EncryptedFrame.longest { return failLink(.tooLong, .sml, upTo: place) }
            if boundary != nil { return failLink(.truncated, .sml, upTo: end) }
            candidate = .link(.sml(scanned: place - head))
            return nil
        }
    }

    private mutating func finish(_ step: MessageAssembler.Step, _ link: LinkCheck, end: Int) -> ReaderOutcome? {
        switch step {
        case .more: return consume(upTo: end, nil, link.line)
        case .lost: return consume(upTo: end, .messageIncomplete, link.line)
        case .message(let bytes): return open(message: bytes, link, end: end)
        }
    }

    private mutating func open(message bytes: [UInt8], _ link: LinkCheck, end: Int) -> ReaderOutcome? {
        guard let first = bytes.first, CipheredMessage.isTag(first) else {
            return finish(PushMessage.read(bytes, nil, timeZone: timeZone), link, end: end)
        }
        guard let message = CipheredMessage(bytes) else {
            return consume(upTo: end, .pushUnreadable(.broken(at: bytes.count)), link.line)
        }
        switch decryptor?.open(message, in: bytes, link) {
        case .telegram(let telegram): return admit(telegram, end: end, line: link.line)
        case .problem(let reason, _): return consume(upTo: end, reason, link.line)
        case nil: return consume(upTo: end, .keyMissing(SystemTitle(Array(bytes[message.title]))), link.line)
        }
    }

    private mutating func finish(
        _ objects: Result<ObjectWriter, PushFault>, _ link: LinkCheck, end: Int
    ) -> ReaderOutcome? {
        switch objects {
        case .success(let objects): succeed(Telegram(objects, .good(link.check), encryption: nil), end: end)
        case .failure(let fault): consume(upTo: end, .pushUnreadable(fault), link.line)
        }
    }
}
