import Ciphers

/// A ciphered message (DLMS UA 1000-2, 9.2.7): DB (or DF: with a key of the association) system title, length, security control,
/// frame counter, data, tag.
struct CipheredMessage {
    let title: Range<Int>
    let securityControl: UInt8
    let counter: UInt32
    let counterStart: Int
    let content: Range<Int>
    /// Empty when the security control says that there is none.
    let tag: Range<Int>

    var isEncrypted: Bool { securityControl & 0x20 != 0 }
    var isAuthenticated: Bool { securityControl & 0x10 != 0 }
    /// AES-128 in suites 0 and 1; neither compressed, nor in clear.
    var isSupported: Bool { securityControl & 0x0F <= 1 && securityControl & 0x80 == 0 && securityControl & 0x30 != 0 }

    static func isTag(_ byte: UInt8) -> Bool { byte == 0xDB || byte == 0xDF }

    /// Nil when the bytes are no such message, or end before it does.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 2, Self.isTag(bytes[0]), bytes[1] == 8 || bytes[1] == 0 else { return nil }
        title = 2..<2 + Int(bytes[1])
        var index = title.upperBound
        guard let length = BERLength.read(bytes.span, &index), length <= bytes.count - index, length >= 5 else {
            return nil
        }
        securityControl = bytes[index]
        counterStart = index + 1
        counter = bytes[counterStart..<counterStart + 4].reduce(0) { $0 << 8 | UInt32($1) }
        let end = index + length
        let tagLength = securityControl & 0x10 == 0 ? 0 : AESGCM.tagLength
        guard counterStart + 4 + tagLength <= end else { return nil }
        content = counterStart + 4..<end - tagLength
        tag = end - tagLength..<end
    }
}
