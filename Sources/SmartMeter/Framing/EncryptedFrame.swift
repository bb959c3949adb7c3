import Ciphers

/// The header of an encrypted frame: where its parts stand (Luxmetering 3.2.5; DLMS general-glo-ciphering, tag 0xDB).
struct EncryptedFrame {
    /// The first byte of each frame.
    static let marker: UInt8 = 0xDB
    /// The security control of P1: suite 0, authenticated and encrypted.
    static let usualSecurity: UInt8 = 0x30
    /// Longer frames are taken for noise. The longest legal one known has 11 759 bytes.
    static let longest = 65_536
    let title: Range<Int>
    let securityControl: UInt8
    let counter: UInt32
    let counterStart: Int
    let ciphertext: Range<Int>
    /// Empty when the security control says that there is none.
    let tag: Range<Int>

    var end: Int { tag.upperBound }

    /// Whether the byte behind the marker is the length of a system title, as far as it is there.
    @inline(__always) static func mayBegin(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Bool {
        start &+ 1 >= end || bytes[start &+ 1] == 8 || bytes[start &+ 1] == 0
    }

    /// Judges the bytes at `start`, where a marker stands, without looking further than the header: whatever stands in
    /// a length field, no time is lost on headers that no meter sends.
    static func recognise(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Recognition<EncryptedFrame> {
        var index = start &+ 1
        guard index < end else { return .unfinished }
        let titleLength = Int(bytes[index])
        guard mayBegin(bytes, at: start, end: end) else { return .no }
        index &+= 1
        let title = index..<index &+ titleLength
        index = title.upperBound
        guard index < end else { return .unfinished }
        var length = Int(bytes[index])
        index &+= 1
        if length >= 0x80 {
            let octets = length & 0x7F
            guard octets >= 1, octets <= 3 else { return .no }
            guard index &+ octets <= end else { return .unfinished }
            length = 0
            for offset in 0..<octets { length = length << 8 | Int(bytes[index &+ offset]) }
            index &+= octets
        }
        guard index < end else { return .unfinished }
        // Bit 4 authentication, bit 5 encryption, low nibble the suite. A frame without encryption is no P1 frame.
        let control = bytes[index]
        guard control & 0xF0 == 0x30 || control & 0xF0 == 0x20, control & 0x0F <= 2 else { return .no }
        let tagLength = control & 0x10 == 0 ? 0 : AESGCM.tagLength
        guard length > 5 &+ AESGCM.tagLength, length &+ index &- start <= longest else { return .no }
        let counterStart = index &+ 1
        guard counterStart &+ 4 <= end else { return .unfinished }
        var counter: UInt32 = 0
        for offset in 0..<4 { counter = counter << 8 | UInt32(bytes[counterStart &+ offset]) }
        let frameEnd = index &+ length
        return .frame(
            EncryptedFrame(
                title: title, securityControl: control, counter: counter, counterStart: counterStart,
                ciphertext: counterStart &+ 4..<frameEnd &- tagLength, tag: frameEnd &- tagLength..<frameEnd))
    }
}
