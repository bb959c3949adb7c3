/// What may begin at a place of the stream.
enum TelegramCandidate {
    case none
    case encrypted
    /// So many bytes from the `/` on are known not to contain the end.
    case plain(scanned: Int)

    /// The next place from `start` on where a telegram may begin, or where more bytes must come before that can be said.
    /// - Parameters:
    ///   - lineStart: a place where a line begins though no line end stands before it.
    ///   - isLast: no more bytes will come.
    ///   - echoEnd: before this place, headers that are known to be illegible are passed over.
    ///   - offset: of the first byte in the stream.
    static func seek(
        _ bytes: Span<UInt8>, from start: Int, end: Int, lineStart: Int, isLast: Bool, echoEnd: Int, offset: Int,
        _ screen: inout HeaderScreen, _ watch: inout ForeignWatch
    ) -> (place: Int, candidate: TelegramCandidate, foreign: ForeignProtocol?) {
        var foreign: ForeignProtocol?
        var index = start
        while index < end {
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
                let atLineStart =
                    index == lineStart
                    || (index > 0 && (ASCII.isNewline(bytes[index &- 1]) || bytes[index &- 1] == ASCII.nul))
                switch PlainFraming.beginning(bytes, at: index, end: end, atLineStart: atLineStart) {
                case .yes: return (index, .plain(scanned: 1), foreign)
                case .unfinished where !isLast: return (index, .none, foreign)
                case .unfinished, .no: break
                }
            default: break
            }
            if let found = watch.take(byte, at: offset &+ index), foreign == nil { foreign = found }
            index &+= 1
        }
        return (end, .none, foreign)
    }
}
