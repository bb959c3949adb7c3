import Ciphers

/// Elgama's text for Poland: header and blank line as in P1, then 00 (no system title), length, security control, counter, cipher,
/// tag, and `!` with a check of an unknown kind.
struct CipheredText {
    /// From the `/` to the blank line.
    let header: Range<Int>
    /// Behind the `/`, up to the line end.
    let identification: Range<Int>
    let securityControl: UInt8
    let counter: UInt32
    let counterStart: Int
    let content: Range<Int>
    let tag: Range<Int>

    var end: Int { max(content.upperBound, tag.upperBound) }

    private static let longestHeader = 96

    /// Judges the text whose `/` stands at `start`, as soon as its first line of data begins.
    static func recognise(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Recognition<CipheredText> {
        var index = start
        let limit = min(end, start &+ longestHeader)
        while index < limit, !ASCII.isNewline(bytes[index]) { index &+= 1 }
        let identification = start &+ 1..<max(start &+ 1, index)
        while index < limit, ASCII.isNewline(bytes[index]) { index &+= 1 }
        guard index < limit else { return limit == end ? .unfinished : .no }
        guard bytes[index] == 0 else { return .no }
        let header = start..<index
        guard index &+ 10 <= end else { return .unfinished }
        index &+= 1
        guard bytes[index] >= 0x81, bytes[index] <= 0x83, let length = BERLength.read(bytes, &index) else { return .no }
        let control = bytes[index]
        guard control == 0x30 || control == 0x20, length > 5 + AESGCM.tagLength, length <= EncryptedFrame.longest else {
            return .no
        }
        let last = index + length
        guard index + 5 <= end else { return .unfinished }
        var counter: UInt32 = 0
        for offset in 1...4 { counter = counter << 8 | UInt32(bytes[index + offset]) }
        let tagStart = control == 0x30 ? last - AESGCM.tagLength : last
        return .frame(
            CipheredText(
                header: header, identification: identification, securityControl: control, counter: counter,
                counterStart: index + 1, content: index + 5..<tagStart, tag: tagStart..<last))
    }
}
