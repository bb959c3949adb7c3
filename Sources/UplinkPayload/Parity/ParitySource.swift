/// An intervals report as parity frames know it: by the frame counter of the uplink that brought it.
public struct ParitySource: Hashable, Sendable {
    /// All 32 bits.
    public let counter: UInt32
    /// FRMPayload.
    public let payload: [UInt8]

    /// What was sent, or heard, with this frame counter.
    public init(counter: UInt32, payload: [UInt8]) {
        self.counter = counter
        self.payload = payload
    }
}

extension ParitySource {
    /// Bytes that a row has beyond the payload: a check has come for the head.
    static let overhead = checkLength - headLength
    static let checkLength = 2
    /// Tag, meter, and of the newest boundary all but the nine lowest bits: the same in all reports of five days.
    static let headLength = 3

    /// What no row says, and other reports of the device tell.
    package var head: [UInt8] { Array(payload.prefix(Self.headLength)) }

    /// What is added up: check, payload without its head. Zeros behind it change nothing.
    package var symbol: [UInt8] {
        let check = Self.check(Self.beginning(of: counter), payload)
        return [UInt8(check >> 8), UInt8(check & 0xFF)] + payload.dropFirst(Self.headLength)
    }

    /// What comes out where all others of a sum are known; nil when that is no frame of this counter: another frame had it,
    /// or one of the others was not what was sent.
    /// - Parameter heads: of other reports of the device, some days before or after.
    package init?(counter: UInt32, symbol: [UInt8], heads: some Sequence<[UInt8]>) {
        for head in heads {
            for near in Self.near(head) {
                guard let source = Self(counter: counter, symbol: symbol, head: near) else { continue }
                self = source
                return
            }
        }
        return nil
    }

    private init?(counter: UInt32, symbol: [UInt8], head: [UInt8]) {
        guard symbol.count > Self.checkLength else { return nil }
        let (check, row) = (UInt16(symbol[0]) << 8 | UInt16(symbol[1]), symbol.dropFirst(Self.checkLength))
        // It ends where the check is right: behind the last byte that is not zero, or behind zeros of its own.
        guard let last = row.lastIndex(where: { $0 != 0 }) else { return nil }
        var (sum, end) = (Self.check(Self.check(Self.beginning(of: counter), head), row[...last]), last + 1)
        while sum != check, end < row.endIndex { (sum, end) = (Self.check(sum, CollectionOfOne(0)), end + 1) }
        guard sum == check else { return nil }
        self.init(counter: counter, payload: head + row[..<end])
    }

    /// A head, and those five days later and before. The boundary's part is the last 12 bits.
    private static func near(_ head: [UInt8]) -> [[UInt8]] {
        guard head.count == headLength else { return [] }
        let boundary = Int(head[1] & 0xF) << 8 | Int(head[2])
        return [boundary, boundary + 1, boundary - 1].filter { 0..<4096 ~= $0 }.map {
            [head[0], head[1] & 0xF0 | UInt8($0 >> 8), UInt8($0 & 0xFF)]
        }
    }

    private static func beginning(of counter: UInt32) -> UInt16 {
        check(0xFFFF, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: counter >> $0) })
    }

    /// CRC-16 with the polynomial 0x1021; its initial value is 0xFFFF, and before the payload comes the counter, the highest byte
    /// first.
    private static func check(_ crc: UInt16, _ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(crc) { crc, byte in
            (0..<8).reduce(crc ^ UInt16(byte) << 8) { crc, _ in crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
        }
    }
}
