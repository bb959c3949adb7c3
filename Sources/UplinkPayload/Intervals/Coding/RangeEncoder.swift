/// Writes the code. A value: a copy is a mark to come back to.
struct RangeEncoder: RangeCoder {
    /// What has left at the top; the rest is in `low`.
    private var bytes: [UInt8] = []
    private var low: UInt64 = 0
    private var range = RangeCode.firstRange
    private var isFull = false

    /// Bytes that a decoder has read by now.
    var bytesRead: Int { bytes.count + RangeCode.bytes }

    mutating func code(_ number: UInt64, _ distribution: some RangeDistribution) -> UInt64 {
        let part = range / distribution.total
        // What the division leaves over belongs to the last number.
        let isLast = number == distribution.count - 1
        narrow(from: part * distribution.below(number), to: isLast ? range : part * distribution.below(number + 1))
        return number
    }

    /// Says in a code of `length` bytes that something follows: what could also be the end is kept for that.
    mutating func continueCode(length: Int) {
        let beyond = bytesRead - length
        guard beyond >= 0, fits(length: length) else { return }
        let grain = RangeCode.grain(beyond: beyond)
        // Nothing fits behind an end that takes all.
        if grain < range { narrow(from: grain, to: range) } else { isFull = true }
    }

    /// Whether a code of `length` bytes has room for what was coded.
    func fits(length: Int) -> Bool {
        let beyond = bytesRead - length
        guard !isFull, beyond < RangeCode.bytes else { return false }
        return beyond < 0 || range >= RangeCode.grain(beyond: beyond)
    }

    /// The code, `length` bytes, when it can end here: a decoder looks for the end only when it has read the last byte.
    func end(length: Int) -> [UInt8]? {
        let beyond = bytesRead - length
        guard beyond >= 0, fits(length: length) else { return nil }
        var last = self
        last.add(RangeCode.grain(beyond: beyond) - 1)
        return last.bytes
            + (0..<RangeCode.bytes - beyond).map { UInt8(truncatingIfNeeded: last.low >> UInt64(40 - 8 * $0)) }
    }

    private mutating func narrow(from start: UInt64, to end: UInt64) {
        add(start)
        range = end - start
        while range < RangeCode.smallestRange {
            bytes.append(UInt8(truncatingIfNeeded: low >> 40))
            low = low << 8 & (1 << 48 - 1)
            range <<= 8
        }
    }

    private mutating func add(_ number: UInt64) {
        low += number
        guard low >= 1 << 48 else { return }
        low -= 1 << 48
        for index in bytes.indices.reversed() {
            bytes[index] &+= 1
            if bytes[index] != 0 { return }
        }
    }
}
