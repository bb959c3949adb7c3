/// The block check character of texts that stand between STX and ETX (IEC 62056-21, 6.3.1 and annex A): the exclusive or of
/// all characters behind STX up to ETX, behind it.
enum BlockCheck {
    enum Found {
        /// No STX begins the data, or no ETX ends it.
        case none
        /// More bytes must come before it can be said.
        case unfinished
        case good(UInt8, end: Int)
        case wrong(end: Int)
    }

    /// - Parameters:
    ///   - start: the `/` of the text.
    ///   - bang: its `!`, which stands at the beginning of a line.
    ///   - mask: what of each byte is a character.
    static func look(_ bytes: Span<UInt8>, from start: Int, bang: Int, end: Int, mask: UInt8) -> Found {
        guard let first = data(bytes, from: start, to: bang, mask: mask) else { return .none }
        for (offset, wanted) in tail.enumerated() {
            let place = bang &+ 1 &+ offset
            guard place < end else { return .unfinished }
            guard bytes[place] & mask == wanted else { return .none }
        }
        let last = bang &+ 1 &+ tail.count
        guard last < end else { return .unfinished }
        var check: UInt8 = 0
        for index in first..<last { check ^= bytes[index] }
        check &= ParityBits.mask
        return check == bytes[last] & ParityBits.mask ? .good(check, end: last &+ 1) : .wrong(end: last &+ 1)
    }

    /// Line end and ETX, behind the `!`.
    private static let tail = [ASCII.carriageReturn, ASCII.lineFeed, ASCII.endOfText]

    /// The place behind the STX that begins the first line of data.
    private static func data(_ bytes: Span<UInt8>, from start: Int, to bang: Int, mask: UInt8) -> Int? {
        var index = start
        while index < bang, !ASCII.isNewline(bytes[index] & mask) { index &+= 1 }
        while index < bang, ASCII.isNewline(bytes[index] & mask) { index &+= 1 }
        return index < bang && bytes[index] & mask == ASCII.startOfText ? index &+ 1 : nil
    }
}
