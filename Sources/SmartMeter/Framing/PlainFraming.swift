/// Finds the beginning and the end of a telegram that is not encrypted.
enum PlainFraming {
    enum Progress {
        /// The telegram ends before `end`; its `!` stands at `bang`.
        case complete(bang: Int, end: Int)
        /// Another telegram begins at this place, so this one has lost its end.
        case cutShort(at: Int)
        /// Everything up to this place is looked at.
        case unfinished(scanned: Int)
    }

    /// Characters of an identification. IEC 62056-21 allows 21; meters print up to about 30.
    private static let longestHeader = 96

    /// Whether a telegram may begin with the `/` at `start`: three letters or digits of the maker, the baud rate
    /// character, and printable characters up to a line end.
    ///
    /// At the beginning of a line that is enough. Elsewhere a `/` may be part of an identification
    /// (`/HLY5/D545-METER`), or the first byte behind a telegram that was cut off; there a digit must follow three
    /// letters, and an empty line or STX the identification.
    /// - Parameter mask: what of each byte is a character; with its highest bit not among them, that is its parity.
    static func beginning(
        _ bytes: Span<UInt8>, at start: Int, end: Int, atLineStart: Bool, mask: UInt8 = 0xFF
    ) -> Beginning {
        var index = start &+ 1
        while index < start &+ 4 {
            guard index < end else { return .unfinished }
            let byte = bytes[index] & mask
            guard ASCII.isLetter(byte) || (atLineStart && ASCII.isDigit(byte)) else { return .no }
            index &+= 1
        }
        guard index < end else { return .unfinished }
        let rate = bytes[index] & mask
        guard ASCII.isDigit(rate) || (atLineStart && ASCII.isPrintable(rate)) else { return .no }
        let limit = min(end, start &+ longestHeader)
        while index < limit, ASCII.isPrintable(bytes[index] & mask) { index &+= 1 }
        if index == limit { return limit == end ? .unfinished : .no }
        guard ASCII.isNewline(bytes[index] & mask) else { return .no }
        if atLineStart { return .yes }
        if bytes[index] & mask == ASCII.carriageReturn { index &+= 1 }
        guard index < end else { return .unfinished }
        guard bytes[index] & mask == ASCII.lineFeed else { return .no }
        guard index &+ 1 < end else { return .unfinished }
        let next = bytes[index &+ 1] & mask
        return ASCII.isNewline(next) || next == ASCII.startOfText ? .yes : .no
    }

    /// Whether a letter or digit stands behind the `/`, as far as it is there.
    @inline(__always)
    static func mayBegin(_ bytes: Span<UInt8>, at start: Int, end: Int, mask: UInt8) -> Bool {
        guard start &+ 1 < end else { return true }
        let next = bytes[start &+ 1] & mask
        return ASCII.isLetter(next) || ASCII.isDigit(next)
    }

    /// The same for text whose bytes still have the parity bit of 7E1: all of the identification must have it right.
    static func beginningWithParity(_ bytes: Span<UInt8>, at start: Int, end: Int, atLineStart: Bool) -> Beginning {
        var index = start
        while index < min(end, start &+ 5) {
            guard ParityBits.isEven(bytes[index]) else { return .no }
            index &+= 1
        }
        let found = beginning(bytes, at: start, end: end, atLineStart: atLineStart, mask: ParityBits.mask)
        guard case .yes = found else { return found }
        while !ASCII.isNewline(bytes[index] & ParityBits.mask) {
            guard ParityBits.isEven(bytes[index]) else { return .no }
            index &+= 1
        }
        return .yes
    }

    /// Whether a telegram whose `/` is at `place` stands at the beginning of a line: behind a line end, or behind the NUL
    /// that some meters add to their checksum. The search for a beginning and that for an end must agree in this, or a
    /// beginning that does not end the telegram before it is looked at again and again.
    @inline(__always)
    static func beginsLine(_ bytes: Span<UInt8>, at place: Int, mask: UInt8 = 0xFF) -> Bool {
        place > 0 && (ASCII.isNewline(bytes[place &- 1] & mask) || bytes[place &- 1] & mask == ASCII.nul)
    }

    /// Looks for the end of the telegram whose identification begins before `index`.
    /// - Parameters:
    ///   - limit: its `!` stands before this place, however many bytes there are.
    ///   - isLast: whether no more bytes will come before the line falls silent.
    static func progress(
        _ bytes: Span<UInt8>, from start: Int, limit: Int, end: Int, isLast: Bool, mask: UInt8 = 0xFF
    ) -> Progress {
        var index = start
        while true {
            index = mark(bytes, from: index, limit: limit, mask: mask)
            guard index < limit else { break }
            if bytes[index] & mask == ASCII.slash {
                let isLineStart = beginsLine(bytes, at: index, mask: mask)
                switch beginning(bytes, at: index, end: end, atLineStart: isLineStart, mask: mask) {
                case .yes: return .cutShort(at: index)
                case .unfinished where !isLast: return .unfinished(scanned: index)
                case .unfinished, .no: break
                }
            } else if index > 0, ASCII.isNewline(bytes[index &- 1] & mask) {
                var last = index &+ 1
                while last < end, last < index &+ 5, ASCII.hexadecimalDigit(bytes[last] & mask) != nil { last &+= 1 }
                // What stands in the place of digits is quoted, so it must be there.
                let isThere = last < end && (ASCII.endsLine(bytes[last] & mask) || index &+ 5 <= end)
                if last == index &+ 5 || isThere || isLast { return .complete(bang: index, end: last) }
                return .unfinished(scanned: index)
            }
            index &+= 1
        }
        return .unfinished(scanned: limit)
    }

    /// The next `!` or `/`, or the limit. Of its own, so that the loop over each byte of a telegram holds nothing else.
    @inline(never)
    private static func mark(_ bytes: Span<UInt8>, from start: Int, limit: Int, mask: UInt8) -> Int {
        var index = start
        let (bangs, slashes, masks) = (word(ASCII.bang), word(ASCII.slash), word(mask))
        while index &+ 8 <= limit {
            let eight = word(bytes.extracting(index..<index &+ 8)) & masks
            if hasZero(eight ^ bangs) || hasZero(eight ^ slashes) { break }
            index &+= 8
        }
        while index < limit {
            let byte = bytes[index] & mask
            if byte == ASCII.bang || byte == ASCII.slash { return index }
            index &+= 1
        }
        return max(start, limit)
    }

    @inline(__always) private static func word(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// Eight bytes, of which the first is the lowest: one load.
    @inline(__always) private static func word(_ bytes: Span<UInt8>) -> UInt64 {
        guard bytes.count == 8 else { return 0 }
        let low =
            UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16 | UInt64(bytes[3]) << 24
        let high =
            UInt64(bytes[4]) | UInt64(bytes[5]) << 8 | UInt64(bytes[6]) << 16 | UInt64(bytes[7]) << 24
        return high << 32 | low
    }

    /// Whether one of eight bytes is zero (Warren, Hacker's Delight, 6-1).
    @inline(__always) private static func hasZero(_ word: UInt64) -> Bool {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
    }

    /// Whether another telegram seems to begin within the first line of the one at `start`.
    static func headerHidesAnother(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Bool {
        var index = start &+ 1
        while index < end, !ASCII.isNewline(bytes[index]) {
            if bytes[index] == ASCII.slash,
                case .yes = beginning(bytes, at: index, end: end, atLineStart: false)
            {
                return true
            }
            index &+= 1
        }
        return false
    }
}
