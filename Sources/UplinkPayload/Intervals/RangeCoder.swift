/// Codes a chain of decisions. The encoder writes what it is given and returns it; the decoder ignores what it is given and
/// returns what was written. So one piece of code describes the format for both directions.
///
/// The coder is a range coder of 32 bits that carries (G. N. N. Martin, 1979): all that was coded is a number `low` up to
/// `low + range`; a decision narrows the range in proportion to its probability; whenever the range is below 2^24, a byte
/// leaves at the top.
protocol RangeCoder {
    /// One decision. `zeros` is the share of "false" in 1/4096, 1 to 4095.
    mutating func code(_ bit: Bool, zeros: UInt32) -> Bool
    /// A number of `width` bits, 0 to 16, all equally likely.
    mutating func code(_ number: UInt32, width: Int) -> UInt32
}

extension RangeCoder {
    /// A number of `width` bits, 0 to 64, all equally likely: the highest bits first, sixteen at a time.
    mutating func code(wide number: UInt64, width: Int) -> UInt64 {
        var (left, result) = (width, UInt64(0))
        while left > 0 {
            let part = min(left, 16)
            left -= part
            let bits = UInt32(truncatingIfNeeded: number >> UInt64(left)) & ((1 << UInt32(part)) - 1)
            result = result << UInt64(part) | UInt64(code(bits, width: part))
        }
        return result
    }
}

/// The smallest range between two decisions.
private let smallestRange: UInt32 = 1 << 24
/// The range at the start. The code's first byte has seven bits: the eighth belongs to the header.
private let firstRange: UInt32 = 1 << 31

/// Writes the code. A value: a copy is a mark to come back to.
struct RangeEncoder: RangeCoder {
    /// What has left at the top; the rest is in `low`.
    private var bytes: [UInt8] = []
    private var low: UInt32 = 0
    private var range = firstRange
    private var isFull = false

    /// Bytes that a decoder has read by now.
    var bytesRead: Int { bytes.count + 4 }

    mutating func code(_ bit: Bool, zeros: UInt32) -> Bool {
        let bound = (range >> 12) * zeros
        if bit { narrow(from: bound, to: range) } else { narrow(from: 0, to: bound) }
        return bit
    }

    mutating func code(_ number: UInt32, width: Int) -> UInt32 {
        let part = range >> UInt32(width)
        // What the division leaves over belongs to the last number.
        let isLast = number == (1 << UInt32(width)) - 1
        narrow(from: part * number, to: isLast ? range : part * (number + 1))
        return number
    }

    /// Keeps the lowest number that `length` bytes can still express as the mark of the end: something follows.
    mutating func reserveEnd(length: Int) {
        let beyond = bytesRead - length
        guard beyond >= 0, fits(length: length) else { return }
        let mark: UInt32 = 1 << UInt32(8 * beyond)
        // Nothing fits behind a mark that takes all.
        if mark < range { narrow(from: mark, to: range) } else { isFull = true }
    }

    /// Whether a code of `length` bytes has room for what was coded.
    func fits(length: Int) -> Bool {
        let beyond = bytesRead - length
        return !isFull && (beyond < 0 || beyond < 4 && range >= 1 << UInt32(8 * beyond))
    }

    /// The code, `length` bytes, when it can end here: what was coded is unambiguous, and only that can be decoded.
    func end(length: Int) -> [UInt8]? {
        let beyond = bytesRead - length
        guard beyond >= 0, fits(length: length) else { return nil }
        var last = self
        last.add((1 << UInt32(8 * beyond)) - 1)
        return last.bytes + (0..<4 - beyond).map { UInt8(truncatingIfNeeded: last.low >> UInt32(24 - 8 * $0)) }
    }

    private mutating func narrow(from start: UInt32, to end: UInt32) {
        add(start)
        range = end - start
        while range < smallestRange {
            bytes.append(UInt8(truncatingIfNeeded: low >> 24))
            low <<= 8
            range <<= 8
        }
    }

    private mutating func add(_ number: UInt32) {
        let (sum, carries) = low.addingReportingOverflow(number)
        low = sum
        guard carries else { return }
        for index in bytes.indices.reversed() {
            bytes[index] &+= 1
            if bytes[index] != 0 { return }
        }
    }
}

/// Reads the code. Behind its last byte come zeros without end. Whatever the bytes are, each decision has a result.
struct RangeDecoder: RangeCoder {
    private let bytes: [UInt8]
    private var position: Int
    private var code: UInt32 = 0
    private var range = firstRange

    /// - Parameter start: of the first byte, whose highest bit is not part of the code.
    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
        for _ in 0..<4 { readByte() }
        code &= firstRange - 1
    }

    mutating func code(_: Bool, zeros: UInt32) -> Bool {
        let bound = (range >> 12) * zeros
        let bit = code >= bound
        if bit { narrow(from: bound, to: range) } else { narrow(from: 0, to: bound) }
        return bit
    }

    mutating func code(_: UInt32, width: Int) -> UInt32 {
        let part = range >> UInt32(width)
        let last: UInt32 = (1 << UInt32(width)) - 1
        let number = min(code / part, last)
        narrow(from: part * number, to: number == last ? range : part * (number + 1))
        return number
    }

    /// Whether the code ends here.
    mutating func ends() -> Bool {
        let beyond = position - bytes.count
        guard beyond >= 0 else { return false }
        guard beyond < 4, code >= 1 << UInt32(8 * beyond) else { return true }
        narrow(from: 1 << UInt32(8 * beyond), to: range)
        return false
    }

    private mutating func narrow(from start: UInt32, to end: UInt32) {
        code -= start
        range = end - start
        while range < smallestRange {
            readByte()
            range <<= 8
        }
    }

    private mutating func readByte() {
        code = code << 8 | (position < bytes.count ? UInt32(bytes[position]) : 0)
        position += 1
    }
}
