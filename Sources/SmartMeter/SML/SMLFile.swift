/// The transport of SML (BSI TR-03109-1 IV b, version 1 of the protocol): 1B1B1B1B 01010101, the file, padding, 1B1B1B1B 1A,
/// how many bytes of padding, CRC-16/X25 over all before it. Four 1B within the file are doubled.
enum SMLFile {
    static let escape: UInt8 = 0x1B
    private static let begin: UInt8 = 0x01
    private static let close: UInt8 = 0x1A
    /// Bytes of the mark at each end.
    static let mark = 8

    enum Progress {
        /// It ends before `end`.
        case complete(end: Int)
        /// Another one begins at this place, or what stands behind an escape is none: this one has lost its end.
        case cutShort(at: Int)
        /// Everything up to this place is looked at.
        case unfinished(scanned: Int)
    }

    /// Whether a file may begin at `start`, where a 1B stands.
    static func beginning(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Beginning {
        for offset in 0..<mark where start &+ offset < end {
            guard bytes[start &+ offset] == (offset < 4 ? escape : begin) else { return .no }
        }
        return start &+ mark <= end ? .yes : .unfinished
    }

    /// Looks for the end of the file whose mark begins before `start`.
    static func progress(_ bytes: Span<UInt8>, from start: Int, end: Int) -> Progress {
        var index = start
        while index &+ mark <= end {
            guard bytes[index] == escape else {
                index &+= 1
                continue
            }
            guard isEscape(bytes, at: index) else {
                index &+= 1
                continue
            }
            if isEscape(bytes, at: index &+ 4) {
                index &+= mark
            } else if bytes[index &+ 4] == close {
                return .complete(end: index &+ mark)
            } else {
                return .cutShort(at: index)
            }
        }
        return .unfinished(scanned: index)
    }

    private static func isEscape(_ bytes: Span<UInt8>, at index: Int) -> Bool {
        for offset in 0..<4 where bytes[index &+ offset] != escape { return false }
        return true
    }

    /// The file between the marks, its doubled escapes undone; nil when the check does not fit.
    static func content(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (file: [UInt8], check: UInt16)? {
        let check = UInt16(bytes[range.upperBound - 2]) | UInt16(bytes[range.upperBound - 1]) << 8
        guard CRC16.checksum(bytes, range.lowerBound..<range.upperBound - 2, .x25) == check else { return nil }
        let padding = Int(bytes[range.upperBound - 3])
        let last = range.upperBound - mark - padding
        guard padding < 4, last >= range.lowerBound + mark else { return nil }
        var file: [UInt8] = []
        file.reserveCapacity(last - range.lowerBound)
        var index = range.lowerBound + mark
        while index < last {
            // The four bytes of a doubled escape are data, whatever follows them.
            let isDoubled = index + mark <= last && isEscape(bytes, at: index) && isEscape(bytes, at: index + 4)
            let count = isDoubled ? 4 : 1
            for offset in 0..<count { file.append(bytes[index + offset]) }
            index += isDoubled ? mark : 1
        }
        return (file, check)
    }
}
