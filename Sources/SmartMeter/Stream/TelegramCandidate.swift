/// What may begin at a place of the stream.
enum TelegramCandidate {
    case none
    case encrypted
    /// So many bytes from the `/` on are known not to contain the end. The mask is what of each byte is a character.
    case plain(scanned: Int, mask: UInt8)

    /// `/` with even parity.
    private static let slashWithParity = ASCII.slash | 0x80

    /// The next place from `start` on where a telegram may begin, or where more bytes must come before that can be said.
    /// - Parameters:
    ///   - limit: the search goes no further, though what begins before it may.
    ///   - lineStart: a place where a line begins though no line end stands before it.
    ///   - isLast: no more bytes will come.
    ///   - reported: frames of other protocols that end before this place stand in what was reported already.
    ///   - echoEnd: before this place, headers that are known to be illegible are passed over.
    ///   - offset: of the first byte in the stream.
    ///   - mask: what of a byte of text that begins with an undisguised `/` is a character.
    static func seek(
        _ bytes: Span<UInt8>, from start: Int, limit: Int, end: Int, lineStart: Int, isLast: Bool, reported: Int,
        echoEnd: Int, offset: Int, mask: UInt8, _ screen: inout HeaderScreen, _ watch: inout ForeignWatch
    ) -> (place: Int, candidate: TelegramCandidate, foreign: ForeignProtocol?) {
        var foreign: ForeignProtocol?
        var index = start
        while index < limit {
            let byte = bytes[index]
            switch byte {
            case EncryptedFrame.marker where EncryptedFrame.mayBegin(bytes, at: index, end: end):
                if index < echoEnd, screen.knowsIllegible(offset &+ index) { break }
                switch EncryptedFrame.recognise(bytes, at: index, end: end) {
                case .frame: return (index, .encrypted, foreign)
                case .unfinished where !isLast: return (index, .none, foreign)
                case .unfinished, .no: break
                }
            case ASCII.slash:
                let atLineStart = index == lineStart || PlainFraming.beginsLine(bytes, at: index, mask: mask)
                switch PlainFraming.beginning(bytes, at: index, end: end, atLineStart: atLineStart, mask: mask) {
                case .yes: return (index, .plain(scanned: 1, mask: mask), foreign)
                case .unfinished where !isLast: return (index, .none, foreign)
                case .unfinished, .no: break
                }
            case Self.slashWithParity:
                let atLineStart =
                    index == lineStart || PlainFraming.beginsLine(bytes, at: index, mask: ParityBits.mask)
                switch PlainFraming.beginningWithParity(bytes, at: index, end: end, atLineStart: atLineStart) {
                case .yes: return (index, .plain(scanned: 1, mask: ParityBits.mask), foreign)
                case .unfinished where !isLast: return (index, .none, foreign)
                case .unfinished, .no: break
                }
            default: break
            }
            if let found = watch.take(byte, at: offset &+ index), foreign == nil, index >= reported { foreign = found }
            index &+= 1
        }
        return (index, .none, foreign)
    }
}
