/// Puts the messages of DLMS together that a link layer carries in parts: HDLC segments, M-Bus frames, blocks.
struct MessageAssembler {
    enum Step {
        /// More parts are wanted.
        case more
        case message([UInt8])
        /// A part is missing, or this one continues nothing.
        case lost
    }

    private var segments: [UInt8] = []
    private var isOpen = false
    private var nextFrame: UInt8 = 0
    private var blocks: [UInt8] = []
    private var nextBlock = 1

    /// The longest that is put together; no push known has more than 1 KiB.
    private static let longest = 65_536
    private static let blockTransfer: UInt8 = 0xE0
    private static let logicalLink: [[UInt8]] = [[0xE6, 0xE7, 0x00], [0xE6, 0xE6, 0x00]]

    /// Whether a message has begun whose end is awaited.
    var isWaiting: Bool { isOpen || nextBlock > 1 }

    mutating func reset() { self = Self() }

    /// The information of an HDLC frame. The first one of a message begins with LLC, one that continues blocks with a block.
    mutating func take(hdlc information: ArraySlice<UInt8>, isSegment: Bool) -> Step {
        let isFirst = Self.logicalLink.contains { information.starts(with: $0) }
        if isFirst {
            segments = Array(information.dropFirst(3))
        } else if isOpen {
            segments.append(contentsOf: information)
        } else if information.first == Self.blockTransfer {
            segments = Array(information)
        } else {
            return .lost
        }
        return finishFrame(hasMore: isSegment)
    }

    /// The data of an M-Bus frame, which says whether it is the last and which one it is.
    mutating func take(mbus data: ArraySlice<UInt8>, number: UInt8, isLast: Bool) -> Step {
        if number == 0 {
            segments = Array(data)
        } else if isOpen, number == nextFrame {
            segments.append(contentsOf: data)
        } else {
            reset()
            return .lost
        }
        nextFrame = (number + 1) & 0x0F
        return finishFrame(hasMore: !isLast)
    }

    private mutating func finishFrame(hasMore: Bool) -> Step {
        isOpen = hasMore
        guard segments.count <= Self.longest else {
            reset()
            return .lost
        }
        if hasMore { return .more }
        let whole = segments
        segments = []
        guard whole.first == Self.blockTransfer else {
            (blocks, nextBlock) = ([], 1)
            return .message(whole)
        }
        return takeBlock(whole)
    }

    /// General block transfer (DLMS UA 1000-2, 9.4.6.14): E0, control (80: last), number, number acknowledged, length, data.
    private mutating func takeBlock(_ bytes: [UInt8]) -> Step {
        var index = 6
        guard bytes.count > 6 else { return lose() }
        let number = Int(bytes[2]) << 8 | Int(bytes[3])
        guard let length = BERLength.read(bytes.span, &index), length <= bytes.count - index else { return lose() }
        if number == 1 { (blocks, nextBlock) = ([], 1) }
        guard number == nextBlock, blocks.count + length <= Self.longest else { return lose() }
        blocks.append(contentsOf: bytes[index..<index + length])
        nextBlock += 1
        guard bytes[1] & 0x80 != 0 else { return .more }
        defer { (blocks, nextBlock) = ([], 1) }
        return .message(blocks)
    }

    private mutating func lose() -> Step {
        reset()
        return .lost
    }
}
