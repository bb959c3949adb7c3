/// A long frame of the wired M-Bus (EN 13757-2, 5.4): 68 L L 68, control, address, CI, data, the sum of all from control on,
/// 16. DLMS stands behind the two bytes of its service access points (EN 13757-3, CI 00 to 1F).
struct MBusFrame {
    static let marker: UInt8 = 0x68
    static let stop: UInt8 = 0x16
    /// The longest seen, with all around its data.
    static let longest = 263
    /// The place of the first 68.
    let start: Int
    /// Bytes from control to the last one of the data.
    let length: Int
    let control: UInt8
    /// Says what the data is: 00 to 0F a part of a message with more to come, 10 to 1F its last or only one; the low four bits
    /// count.
    let information: UInt8

    /// The place behind the 16.
    var end: Int { start + 4 + length + 2 }
    /// Behind control, address, CI and the two access points.
    var data: Range<Int> { min(start + 9, end - 2)..<end - 2 }
    var isDLMS: Bool { information <= 0x1F }
    var isLast: Bool { information & 0x10 != 0 }
    var number: UInt8 { information & 0x0F }
    /// The first of a message.
    var isFirst: Bool { number == 0 }

    /// A byte of length cannot say 257, and Sagemcom's S210 means that by 01: what is too short to be true is taken for so much
    /// longer. What is not, is not, or what it is would depend on how much has come behind it.
    private static let wrapped = 256
    /// Control, address, CI and the access points.
    private static let least = 5

    /// Judges the bytes at `start`, where a 68 stands.
    static func recognise(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Recognition<MBusFrame> {
        guard mayBegin(bytes, at: start, end: end) else { return .no }
        guard start &+ 7 <= end else { return .unfinished }
        let length = Int(bytes[start &+ 1])
        return .frame(
            MBusFrame(
                start: start, length: length < least ? length &+ wrapped : length, control: bytes[start &+ 4],
                information: bytes[start &+ 6]))
    }

    private static func mayBegin(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Bool {
        for (offset, wanted) in [(0, 0x68), (3, 0x68)] as [(Int, UInt8)]
        where start &+ offset < end && bytes[start &+ offset] != wanted { return false }
        if start &+ 2 < end, bytes[start &+ 1] != bytes[start &+ 2] { return false }
        // SND_UD to whoever listens, with either frame count bit.
        if start &+ 4 < end, bytes[start &+ 4] != 0x53, bytes[start &+ 4] != 0x73 { return false }
        return start &+ 6 >= end || bytes[start &+ 6] <= 0x1F
    }

    /// Whether all of it came over the line unharmed; asked when its last byte is there.
    func isSound(_ bytes: Span<UInt8>) -> Bool { bytes[end &- 1] == Self.stop && sum(bytes) == bytes[end &- 2] }

    func sum(_ bytes: Span<UInt8>) -> UInt8 {
        var sum: UInt8 = 0
        for index in start &+ 4..<end &- 2 { sum &+= bytes[index] }
        return sum
    }
}
