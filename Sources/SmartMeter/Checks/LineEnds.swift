/// Line ends as they were before something on the way changed them.
enum LineEnds {
    /// The text with each line end as CR LF, when all of them are LF, all CR, or all CR CR LF; else nil. A single line end that
    /// is not like the others was damaged, and nobody knows by what else.
    static func restored(_ bytes: [UInt8]) -> [UInt8]? {
        for changed in [[ASCII.lineFeed], [ASCII.carriageReturn], doubled] {
            if let text = replacing(changed, in: bytes) { return text }
        }
        return nil
    }

    private static let doubled = [ASCII.carriageReturn, ASCII.carriageReturn, ASCII.lineFeed]

    private static func replacing(_ lineEnd: [UInt8], in bytes: [UInt8]) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        var index = 0
        while index < bytes.count {
            guard ASCII.isNewline(bytes[index]) else {
                text.append(bytes[index])
                index += 1
                continue
            }
            guard bytes[index...].starts(with: lineEnd) else { return nil }
            text.append(ASCII.carriageReturn)
            text.append(ASCII.lineFeed)
            index += lineEnd.count
        }
        return text
    }
}
