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
        var foreign: LineProtocol?
        var limit = search.limit
        var index = start
        while index < limit {
            let byte = bytes[index]
            switch begins(bytes, byte, at: index, search, &screen) {
            case .yes(let candidate): return (index, candidate, foreign)
            case .unfinished where !search.isLast: return (index, .none, foreign)
            case .unfinished, .no: break
            }
            if let found = watch.take(byte, at: search.offset &+ index), foreign == nil, index >= search.reported {
                foreign = found
                if found != search.named { limit = min(limit, max(index &+ 1, search.namingLimit)) }
            }
            index &+= 1
        }
        return (index, .none, foreign)
    }

    private enum Beginning {
        case yes(TelegramCandidate)
        case unfinished, no
    }

    @inline(__always)
    private static func begins(
        _ bytes: Span<UInt8>, _ byte: UInt8, at index: Int, _ search: Search, _ screen: inout HeaderScreen
    ) -> Beginning {
        switch byte {
        case EncryptedFrame.marker where EncryptedFrame.mayBegin(bytes, at: index, end: search.end):
            if index < search.echoEnd, screen.knowsIllegible(search.offset &+ index) { return .no }
            switch EncryptedFrame.recognise(bytes, at: index, end: search.end) {
            case .frame: return .yes(.encrypted)
            case .unfinished: return .unfinished
            case .no: return .no
            }
        case ASCII.slash:
            let atLineStart =
                index == search.lineStart || PlainFraming.beginsLine(bytes, at: index, mask: search.mask)
            let found = PlainFraming.beginning(
                bytes, at: index, end: search.end, atLineStart: atLineStart, mask: search.mask)
            return text(found, search.mask)
        case slashWithParity:
            let atLineStart =
                index == search.lineStart || PlainFraming.beginsLine(bytes, at: index, mask: ParityBits.mask)
            let found = PlainFraming.beginningWithParity(bytes, at: index, end: search.end, atLineStart: atLineStart)
            return text(found, ParityBits.mask)
        case HDLCFrame.flag: return link(HDLCFrame.recognise(bytes, formatAt: index &+ 1, end: search.end), .hdlc)
        case MBusFrame.marker: return link(MBusFrame.recognise(bytes, at: index, end: search.end), .wiredMBus)
        case SMLFile.escape:
            return link(SMLFile.beginning(bytes, at: index, end: search.end), .sml(scanned: SMLFile.mark))
        default: return .no
        }
    }

    @inline(__always) private static func text(_ found: PlainFraming.Beginning, _ mask: UInt8) -> Beginning {
        switch found {
        case .yes: .yes(.plain(scanned: 1, mask: mask))
        case .unfinished: .unfinished
        case .no: .no
        }
    }

    @inline(__always)
    private static func link<Frame>(_ found: Recognition<Frame>, _ candidate: LinkCandidate) -> Beginning {
        switch found {
        case .frame: .yes(.link(candidate))
        case .unfinished: .unfinished
        case .no: .no
        }
    }
}
