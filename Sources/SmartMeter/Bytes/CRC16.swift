/// The CRC-16s of this room, all reflected: 0xA001 behind the `!` of a telegram (DSMR P1 Companion Standard 4.0.7, 5.2;
/// Luxmetering 3.2.3), 0x8408 around HDLC frames (IEC 62056-46) and SML files (BSI TR-03109-1, SML 1.04).
package enum CRC16 {
    private static let arc = tables(polynomial: 0xA001)
    private static let ccitt = tables(polynomial: 0x8408)

    private static let entries = 16 * 256

    /// Sixteen tables of 256 entries: table k gives the effect of a byte that is followed by k zero bytes, so that sixteen
    /// bytes are taken in one step.
    private static func tables(polynomial: UInt16) -> [UInt16] {
        var tables = [UInt16](repeating: 0, count: entries)
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
        guard tables.count == Self.entries else { return 0 }
        let end = min(range.upperBound, bytes.count)
        var index = max(range.lowerBound, 0)
        var crc = start
        while index &+ 16 <= end {
            // Told that there are sixteen, the compiler checks no bound again.
            let part = bytes.extracting(index..<index &+ 16)
            guard part.count == 16 else { break }
            var rest: UInt16 = 0
            for place in 2..<16 { rest ^= tables[(15 &- place) &* 256 &+ Int(part[place])] }
            crc ^= UInt16(part[0]) | UInt16(part[1]) << 8
            crc = rest ^ (tables[15 * 256 &+ Int(crc & 0xFF)] ^ tables[14 * 256 &+ Int(crc >> 8)])
            index &+= 16
        }
        while index < end {
            crc = crc >> 8 ^ tables[Int((crc ^ UInt16(bytes[index])) & 0xFF)]
            index &+= 1
        }
        return crc
    }
}
