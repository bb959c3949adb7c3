import Timekeeping

/// A data-notification (DLMS UA 1000-2, 9.4.6.13): 0F, invoke id and priority (four bytes), the time or none, one datum.
struct DataNotification {
    let time: MeterTimeStamp?
    let data: AXDR

    static let tag: UInt8 = 0x0F
    private static let longestTime = MeterTimeStamp.octets

    /// Whether the first bytes are those of a data-notification: by chance once in more than 2^15 times.
    static func mayBegin(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 6, bytes[0] == tag else { return false }
        switch bytes[5] {
        case 0x00: return (0x01...0x02).contains(bytes[6])
        case 0x0C: return MeterTimeStamp(octets: bytes[6...].prefix(longestTime)) != nil
        case 0x09: return bytes[6] == 0x0C && MeterTimeStamp(octets: bytes[7...].prefix(longestTime)) != nil
        default: return false
        }
    }

    /// Fails where it is none, or where its data ends before or behind the last byte.
    init(_ bytes: [UInt8]) throws(PushFault) {
        guard let first = bytes.first, first == Self.tag else { throw .noNotification(bytes.first ?? 0) }
        var index = 5
        guard index < bytes.count else { throw .broken(at: bytes.count) }
        // Kaifa tags the time as octets.
        if bytes[index] == 0x09 { index += 1 }
        guard index < bytes.count else { throw .broken(at: bytes.count) }
        let length = Int(bytes[index])
        index += 1
        guard length <= Self.longestTime, length <= bytes.count - index else { throw .broken(at: index) }
        time = MeterTimeStamp(octets: bytes[index..<index + length])
        guard let data = AXDR(bytes, from: index + length) else { throw .broken(at: index + length) }
        guard data.end == bytes.count else { throw .broken(at: data.end) }
        self.data = data
    }
}
