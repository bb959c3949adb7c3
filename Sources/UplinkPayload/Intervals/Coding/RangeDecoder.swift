/// Reads the code. Behind its last byte come zeros without end, and whatever the bytes are, they are some numbers.
struct RangeDecoder: RangeCoder {
    private let bytes: [UInt8]
    private var position: Int
    /// How far the code is above the low end of the range; always below the range.
    private var code: UInt64 = 0
    private var range = RangeCode.firstRange

    /// - Parameter start: of the first byte, whose highest bit is not part of the code.
    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
        for _ in 0..<RangeCode.bytes { readByte() }
        code &= RangeCode.firstRange - 1
    }

    mutating func code(_: UInt64, _ distribution: some RangeDistribution) -> UInt64 {
        let part = range / distribution.total
        var (number, end) = (UInt64(0), distribution.count)
        while end - number > 1 {
            let middle = number + (end - number) / 2
            if code >= part * distribution.below(middle) { number = middle } else { end = middle }
        }
        let isLast = end == distribution.count
        narrow(from: part * distribution.below(number), to: isLast ? range : part * distribution.below(end))
        return number
    }

    /// Whether the code ends here; nil when it should have ended before.
    mutating func ends() -> Bool? {
        let beyond = position - bytes.count
        guard beyond >= 0 else { return false }
        guard beyond < RangeCode.bytes else { return nil }
        let grain = RangeCode.grain(beyond: beyond)
        guard code >= grain else { return true }
        narrow(from: grain, to: range)
        return false
    }

    private mutating func narrow(from start: UInt64, to end: UInt64) {
        code -= start
        range = end - start
        while range < RangeCode.smallestRange {
            readByte()
            range <<= 8
        }
    }

    private mutating func readByte() {
        code = code << 8 | (position < bytes.count ? UInt64(bytes[position]) : 0)
        position += 1
    }
}
