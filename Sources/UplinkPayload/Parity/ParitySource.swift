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
    /// Bytes before the payload: how long it is, and the check.
    static let overhead = 3

    /// What is added up: length, check, payload. Zeros behind it change nothing.
    package var symbol: [UInt8] {
        let check = Self.check(counter, payload)
        return [UInt8(clamping: payload.count), UInt8(check >> 8), UInt8(check & 0xFF)] + payload
    }

    /// What comes out where all others of a sum are known; nil when that is no frame of this counter: another frame had it,
    /// or one of the others was not what was sent.
    package init?(counter: UInt32, symbol: [UInt8]) {
        guard symbol.count >= Self.overhead, symbol[0] > 0 else { return nil }
        let end = Self.overhead + Int(symbol[0])
        guard end <= symbol.count, symbol[end...].allSatisfy({ $0 == 0 }) else { return nil }
        let payload = Array(symbol[Self.overhead..<end])
        guard Self.check(counter, payload) == UInt16(symbol[1]) << 8 | UInt16(symbol[2]) else { return nil }
        self.init(counter: counter, payload: payload)
    }

    /// CRC-16 with the polynomial 0x1021, initial value 0xFFFF, over the counter, the highest byte first, and the payload.
    private static func check(_ counter: UInt32, _ payload: [UInt8]) -> UInt16 {
        let counterBytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: counter >> $0) }
        return (counterBytes + payload).reduce(0xFFFF) { crc, byte in
            (0..<8).reduce(crc ^ UInt16(byte) << 8) { crc, _ in crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
        }
    }
}
