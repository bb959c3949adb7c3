/// Watches bytes that belong to no telegram for what other protocols begin and end with, piece by piece, since a line gives a frame in
/// many: a header that promises a closing byte, and that byte in its place. It names what is too damaged to be read, and
/// what is not read at all.
struct ForeignWatch {
    private var window: UInt64 = 0
    private var next = 0
    private var promised: (protocol: LineProtocol, place: Int, byte: UInt8)?
    private var groups = TeleinformationWatch()

    private static let call: UInt64 = 0x10_40F0_3016

    /// Whether a frame may end with this byte, or its header begin: such bytes are to be given one by one.
    @inline(__always) static func isLandmark(_ byte: UInt8) -> Bool {
        switch byte {
        case MBusFrame.marker, MBusFrame.stop, HDLCFrame.flag: true
        default: ASCII.isNewline(byte & ParityBits.mask)
        }
    }

    /// Takes bytes that are no landmarks.
    /// - Parameter place: where the first of them stands in the stream.
    mutating func pass(_ bytes: Span<UInt8>, _ range: Range<Int>, at place: Int) {
        guard !range.isEmpty else { return }
        groups.pass(bytes, range)
        // The header of HDLC ends two bytes behind the flag.
        let header = min(range.upperBound, range.lowerBound &+ 2)
        for index in range.lowerBound..<header { note(bytes[index], at: place &+ index &- range.lowerBound) }
        for index in max(header, range.upperBound &- 8)..<range.upperBound {
            window = window << 8 | UInt64(bytes[index])
        }
        next = place &+ range.count
    }

    /// - Parameter place: where the byte stands in the stream.
    /// - Returns: the protocol whose frame ends with this byte.
    @inline(__always) mutating func take(_ byte: UInt8, at place: Int) -> LineProtocol? {
        let promise = promised
        note(byte, at: place)
        if groups.take(byte) { return .teleinformation }
        if window & 0xFF_FFFF_FFFF == Self.call { return .polledMBus }
        if let promise, place == promise.place, byte == promise.byte { return promise.protocol }
        return nil
    }

    @inline(__always) private mutating func note(_ byte: UInt8, at place: Int) {
        window = place == next ? window << 8 | UInt64(byte) : UInt64(byte)
        next = place &+ 1
        if let promise = promised, place >= promise.place { promised = nil }
        if promised == nil { promised = Self.promise(window, at: place) }
    }

    @inline(__always)
    private static func promise(_ window: UInt64, at place: Int) -> (LineProtocol, Int, UInt8)? {
        // 68 L L 68, and 16 behind two bytes more than L tells of.
        if window & 0xFF00_00FF == 0x6800_0068, window >> 16 & 0xFF == window >> 8 & 0xFF {
            return (.wiredMBus, place &+ Int(window >> 8 & 0xFF) &+ 2, 0x16)
        }
        // 7E Ax LL, and 7E behind the length.
        if window & 0x00FF_F000 == 0x007E_A000 {
            let length = Int(window & 0x07FF)
            return length < 7 ? nil : (.hdlc, place &+ length &- 1, 0x7E)
        }
        return nil
    }
}

/// Recognises the groups of a Linky's customer output (Enedis-NOI-CPT_54E, 5.3 and 6.2): LF, label, separator, value, separator, check,
/// CR. The check is the sum of what stands before it, cut to six bits, and 20; in the standard mode, whose separators are tabs, the
/// last of these is part of it. Seven bits count: read as 8N1, the eighth is the parity.
private struct TeleinformationWatch {
    /// Of all characters.
    private var sum: UInt8 = 0
    private var count = 0
    private var separator: UInt8 = 0
    private var check: UInt8 = 0
    private var isLabel = false
    private var good = 0

    private static let wanted = 2
    private static let longest = 130

    /// - Returns: whether this byte ends the second right group in a row.
    @inline(__always) mutating func take(_ byte: UInt8) -> Bool {
        let character = byte & ParityBits.mask
        if character == ASCII.lineFeed {
            (sum, count, separator, check) = (0, 0, 0, 0)
            return false
        }
        if character == ASCII.carriageReturn { return endGroup() }
        guard count < Self.longest else { return false }
        add(byte)
        return false
    }

    /// Takes bytes among which no line ends.
    mutating func pass(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let last = min(range.upperBound, range.lowerBound &+ Self.longest &- count)
        for index in range.lowerBound..<max(range.lowerBound, last) { add(bytes[index]) }
    }

    @inline(__always) private mutating func add(_ byte: UInt8) {
        let character = byte & ParityBits.mask
        if count == 0 { isLabel = ASCII.isLetter(character) }
        sum &+= character
        separator = check
        check = character
        count &+= 1
    }

    private mutating func endGroup() -> Bool {
        defer { count = Self.longest }
        guard count >= 5, count < Self.longest, isLabel else {
            if count > 0, count < Self.longest { good = 0 }
            return false
        }
        let covered = separator == 0x09 ? sum &- check : sum &- check &- separator
        guard separator == 0x09 || separator == 0x20, (covered & 0x3F) &+ 0x20 == check else {
            good = 0
            return false
        }
        good &+= 1
        guard good >= Self.wanted else { return false }
        good = 0
        return true
    }
}
