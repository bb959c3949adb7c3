/// What the line `!....` at the end of a telegram says, and whether it is true.
public enum TelegramChecksum: Hashable, Sendable {
    /// The CRC-16 printed by the meter is that of the text, or the check of another protocol fits.
    case good(UInt16)
    /// The meter prints none: DSMR 2.2 and 3.0 have none.
    case absent
    /// What is printed (up to four characters) is not the CRC-16 of the text.
    case wrong(stated: String, computed: UInt16)
    /// What is printed is of no kind that is known, and the telegram is taken in spite of it (``ChecksumRule/off``).
    case unchecked(stated: String, computed: UInt16)

    /// Reads the digits behind the `!` at `bang`: four hexadecimal ones in either case, or fewer where a meter leaves
    /// out leading zeros (WarmteLink).
    /// - Parameter end: where the text is known to end.
    init(of bytes: Span<UInt8>, from start: Int, bang: Int, end: Int) {
        var stated: UInt16 = 0
        var index = bang &+ 1
        let last = min(bang &+ 5, end, bytes.count)
        while index < last, let digit = ASCII.hexadecimalDigit(bytes[index]) {
            stated = stated << 4 | UInt16(digit)
            index &+= 1
        }
        let digits = index &- bang &- 1
        if digits == 0, index >= last || ASCII.endsLine(bytes[index]) {
            self = .absent
            return
        }
        let computed = CRC16.checksum(bytes, start..<bang &+ 1)
        if digits == 4 || index >= last || ASCII.endsLine(bytes[index]), stated == computed, digits > 0 {
            self = .good(computed)
        } else {
            var characters = ""
            var index = bang &+ 1
            while index < last, !ASCII.endsLine(bytes[index]) {
                characters.unicodeScalars.append(
                    ASCII.isPrintable(bytes[index]) ? Unicode.Scalar(bytes[index]) : "\u{FFFD}")
                index &+= 1
            }
            self = .wrong(stated: characters, computed: computed)
        }
    }
}
