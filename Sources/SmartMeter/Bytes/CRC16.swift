/// The CRC-16s of this room, all reflected: 0xA001 behind the `!` of a telegram (DSMR P1 Companion Standard 4.0.7, 5.2;
/// Luxmetering 3.2.3), 0x8408 around HDLC frames (IEC 62056-46) and SML files (BSI TR-03109-1, SML 1.04).
package enum CRC16 {
    private static let arc = tables(polynomial: 0xA001)
    private static let ccitt = tables(polynomial: 0x8408)

    /// Eight tables of 256 entries: table k gives the effect of a byte that is followed by k zero bytes, so that eight
    /// bytes are taken in one step.
    private static func tables(polynomial: UInt16) -> [UInt16] {
        var tables = [UInt16](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var remainder = UInt16(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ polynomial : remainder >> 1 }
            tables[byte] = remainder
        }
        for index in 256..<tables.count {
            let shorter = tables[index - 256]
            tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
        }
        return tables
    }

    /// CRC-16/ARC (0xA001, start 0) of `bytes[range]`; a range that does not lie inside is cut to what does.
    package static func checksum(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        remainder(bytes, range, arc.span, start: 0)
    }

    /// The check sum of a kind of `bytes[range]`; a range that does not lie inside is cut to what does.
    package static func checksum(_ bytes: Span<UInt8>, _ range: Range<Int>, _ kind: ChecksumKind) -> UInt16 {
        switch kind {
        case .arc: remainder(bytes, range, arc.span, start: 0)
        case .modbus: remainder(bytes, range, arc.span, start: 0xFFFF)
        case .kermit: remainder(bytes, range, ccitt.span, start: 0)
        case .x25: remainder(bytes, range, ccitt.span, start: 0xFFFF) ^ 0xFFFF
        }
    }

    @inline(__always)
    private static func remainder(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ tables: Span<UInt16>, start: UInt16
    ) -> UInt16 {
        let end = min(range.upperBound, bytes.count)
        var index = max(range.lowerBound, 0)
        var crc = start
        while index &+ 8 <= end {
            let low = UInt16(bytes[index]) | UInt16(bytes[index &+ 1]) << 8
            crc ^= low
            let first = tables[1792 &+ Int(crc & 0xFF)] ^ tables[1536 &+ Int(crc >> 8)]
            let second = tables[1280 &+ Int(bytes[index &+ 2])] ^ tables[1024 &+ Int(bytes[index &+ 3])]
            let third = tables[768 &+ Int(bytes[index &+ 4])] ^ tables[512 &+ Int(bytes[index &+ 5])]
            let fourth = tables[256 &+ Int(bytes[index &+ 6])] ^ tables[Int(bytes[index &+ 7])]
            crc = first ^ second ^ third ^ fourth
            index &+= 8
        }
        while index < end {
            crc = crc >> 8 ^ tables[Int((crc ^ UInt16(bytes[index])) & 0xFF)]
            index &+= 1
        }
        return crc
    }
}
