/// A frame of HDLC, format type 3 (IEC 62056-46, 6.4): flag, format and length, destination, source, control, header check
/// sequence, information, frame check sequence, flag.
///
/// Nothing in it is stuffed: a flag may stand inside, so the length is what counts.
struct HDLCFrame {
    /// Bytes from the format field to the frame check sequence.
    let length: Int
    /// The place of the format field, behind the flag.
    let start: Int
    /// Where the information stands.
    let information: Range<Int>
    /// More frames of the same message follow.
    let isSegment: Bool

    static let flag: UInt8 = 0x7E
    /// The place behind the closing flag.
    var end: Int { start + length + 1 }

    /// Judges the bytes at `start`, where the format field behind a flag stands. The check of the header proves it: noise
    /// passes once in 2^28 times.
    static func recognise(_ bytes: Span<UInt8>, formatAt start: Int, end: Int) -> Recognition<HDLCFrame> {
        guard start < end else { return .unfinished }
        guard bytes[start] & 0xF0 == 0xA0 else { return .no }
        var index = start &+ 2
        // Destination and source: one, two or four bytes, of which the last has bit 0 set (6.4.2.2).
        for _ in 0..<2 {
            let first = index
            while index < end, bytes[index] & 1 == 0, index &- first < 3 { index &+= 1 }
            guard index < end else { return .unfinished }
            guard bytes[index] & 1 == 1, index &- first != 2 else { return .no }
            index &+= 1
        }
        let header = start..<index &+ 1
        guard header.upperBound &+ 2 <= end else { return .unfinished }
        let length = Int(bytes[start] & 0x07) << 8 | Int(bytes[start &+ 1])
        guard length >= header.count &+ 2, checkFits(bytes, header) else { return .no }
        // A frame without information ends with the check of its header.
        let body = header.upperBound &+ 2
        let last = max(body, start &+ length &- 2)
        return .frame(
            HDLCFrame(length: length, start: start, information: body..<last, isSegment: bytes[start] & 0x08 != 0))
    }

    /// Whether all of it came over the line unharmed; asked when its last byte is there.
    func isSound(_ bytes: Span<UInt8>) -> Bool {
        guard bytes[end &- 1] == Self.flag else { return false }
        return information.isEmpty || Self.checkFits(bytes, start..<information.upperBound)
    }

    /// What the frame check sequence says.
    func check(_ bytes: Span<UInt8>) -> UInt16 {
        UInt16(bytes[end &- 3]) | UInt16(bytes[end &- 2]) << 8
    }

    private static func checkFits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let crc = CRC16.checksum(bytes, range, .x25)
        return UInt16(bytes[range.upperBound]) | UInt16(bytes[range.upperBound &+ 1]) << 8 == crc
    }
}
