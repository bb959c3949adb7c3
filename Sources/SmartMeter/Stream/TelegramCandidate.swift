/// What may begin at a place of the stream.
enum TelegramCandidate {
    case none
    case encrypted
    /// An encrypted frame that did not open, and it shows behind it whether it is to be told of.
    indirect case refused(FrameRefusal)
    /// So many bytes from the `/` on are known not to contain the end. The mask is what of each byte is a character.
    case plain(scanned: Int, mask: UInt8)
    case link(LinkCandidate)

    /// A frame of another protocol, by what it begins with.
    enum LinkCandidate {
        case hdlc, wiredMBus
        /// So many bytes are known not to contain the end.
        case sml(scanned: Int)
    }

    /// Where to look, and what is known.
    struct Search {
        /// The search goes no further, though what begins before it may.
        var limit: Int
        let end: Int
        /// A place where a line begins though no line end stands before it.
        let lineStart: Int
        /// No more bytes will come.
        let isLast: Bool
        /// Frames of other protocols that end before this place stand in what was reported already.
        let reported: Int
        /// Before this place, headers that are known to be illegible are passed over.
        let echoEnd: Int
        /// Of the first byte in the stream.
        let offset: Int
        /// What of a byte of text that begins with an undisguised `/` is a character.
        let mask: UInt8
        /// The protocol that has been told of, and where to stop for telling of another.
        let named: LineProtocol?
        let namingLimit: Int
    }

    /// `/` with even parity.
    private static let slashWithParity = ASCII.slash | 0x80

    /// The next place from `start` on where a telegram may begin, or where more bytes must come before that can be said.
    static func seek(
        _ bytes: Span<UInt8>, from start: Int, _ search: Search, _ screen: inout HeaderScreen,
        _ watch: inout ForeignWatch
    ) -> (place: Int, candidate: TelegramCandidate, foreign: LineProtocol?) {
        let marks = marks
        var foreign: LineProtocol?
        var limit = search.limit
        var index = start
        // From here on, the watch knows of nothing.
        var run = start
        search: while index < limit {
            let byte = bytes[index]
            guard marks.contains(byte), let landmark = Landmark(byte, bytes, at: index, search) else {
                index &+= 1
                continue
            }
            switch begins(bytes, byte, at: index, search, &screen) {
            case .yes:
                watch.pass(bytes, run..<index, at: search.offset &+ run)
                return (index, Self(beginningWith: byte, search.mask), foreign)
            case .unfinished where !search.isLast: break search
            case .unfinished, .no: break
            }
            if landmark == .watched {
                watch.pass(bytes, run..<index, at: search.offset &+ run)
                if let found = watch.take(byte, at: search.offset &+ index), foreign == nil, index >= search.reported {
                    foreign = found
                    if found != search.named { limit = min(limit, max(index &+ 1, search.namingLimit)) }
                }
                run = index &+ 1
            }
            index &+= 1
        }
        watch.pass(bytes, run..<index, at: search.offset &+ run)
        return (index, .none, foreign)
    }

    /// Bytes that may be worth a look.
    private static let marks = ByteSet(
        [EncryptedFrame.marker, ASCII.slash, slashWithParity, SMLFile.escape]
            + (0...0xFF).filter { ForeignWatch.isLandmark($0) })

    /// What such a byte is worth; nil when what follows it tells that it is nothing.
    private enum Landmark {
        /// Something to be read may begin with it.
        case beginning
        /// The same, and the watch wants to see it by itself.
        case watched

        @inline(__always) init?(_ byte: UInt8, _ bytes: Span<UInt8>, at index: Int, _ search: Search) {
            switch byte {
            case EncryptedFrame.marker where EncryptedFrame.mayBegin(bytes, at: index, end: search.end),
                ASCII.slash where PlainFraming.mayBegin(bytes, at: index, end: search.end, mask: search.mask),
                slashWithParity, SMLFile.escape:
                self = .beginning
            case _ where ForeignWatch.isLandmark(byte): self = .watched
            default: return nil
            }
        }
    }

    @inline(__always)
    private static func begins(
        _ bytes: Span<UInt8>, _ byte: UInt8, at index: Int, _ search: Search, _ screen: inout HeaderScreen
    ) -> Beginning {
        switch byte {
        case EncryptedFrame.marker:
            if index < search.echoEnd, screen.knowsIllegible(search.offset &+ index) { return .no }
            return EncryptedFrame.recognise(bytes, at: index, end: search.end).beginning
        case ASCII.slash:
            let atLineStart =
                index == search.lineStart || PlainFraming.beginsLine(bytes, at: index, mask: search.mask)
            return PlainFraming.beginning(
                bytes, at: index, end: search.end, atLineStart: atLineStart, mask: search.mask)
        case slashWithParity:
            let atLineStart =
                index == search.lineStart || PlainFraming.beginsLine(bytes, at: index, mask: ParityBits.mask)
            return PlainFraming.beginningWithParity(bytes, at: index, end: search.end, atLineStart: atLineStart)
        case HDLCFrame.flag: return HDLCFrame.recognise(bytes, formatAt: index &+ 1, end: search.end).beginning
        case MBusFrame.marker: return MBusFrame.recognise(bytes, at: index, end: search.end).beginning
        case SMLFile.escape: return SMLFile.beginning(bytes, at: index, end: search.end)
        default: return .no
        }
    }

    private init(beginningWith byte: UInt8, _ mask: UInt8) {
        switch byte {
        case EncryptedFrame.marker: self = .encrypted
        case ASCII.slash: self = .plain(scanned: 1, mask: mask)
        case Self.slashWithParity: self = .plain(scanned: 1, mask: ParityBits.mask)
        case HDLCFrame.flag: self = .link(.hdlc)
        case MBusFrame.marker: self = .link(.wiredMBus)
        default: self = .link(.sml(scanned: SMLFile.mark))
        }
    }
}
