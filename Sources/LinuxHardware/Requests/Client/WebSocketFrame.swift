/// A frame of WebSocket (RFC 6455, 5.2).
struct WebSocketFrame: Hashable {
    enum Kind: UInt8 { case more = 0, text, binary, close = 8, ping, pong }

    var kind: Kind
    var isLast = true
    var payload: [UInt8]

    /// As a client sends it: masked.
    func bytes(mask: [UInt8]) -> [UInt8] {
        let count = payload.count
        var bytes: [UInt8] = [kind.rawValue | (isLast ? 0x80 : 0)]
        switch count {
        case ..<126: bytes.append(0x80 | UInt8(count))
        case ..<65_536: bytes += [0xFE, UInt8(count >> 8), UInt8(count & 0xFF)]
        default:
            bytes.append(0xFF)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        }
        bytes += mask
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index % 4]) }
        return bytes
    }

    enum Failure: Error, Hashable { case malformed, tooLong }

    /// As a server sends it: without a mask.
    /// - Returns: nil while it is not whole; what it took of `bytes` is gone from it.
    static func take(from bytes: inout [UInt8], longest: Int) throws(Failure) -> WebSocketFrame? {
        guard bytes.count >= 2 else { return nil }
        guard bytes[0] & 0x70 == 0, bytes[1] & 0x80 == 0, let kind = Kind(rawValue: bytes[0] & 0x0F) else {
            throw .malformed
        }
        let extra = bytes[1] == 126 ? 2 : bytes[1] == 127 ? 8 : 0
        guard bytes.count >= 2 + extra else { return nil }
        let number = bytes[2..<2 + extra].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let wide = extra == 0 ? UInt64(bytes[1]) : number
        guard wide <= UInt64(longest) else { throw .tooLong }
        let (begin, count) = (2 + extra, Int(wide))
        guard bytes.count >= begin + count else { return nil }
        let frame = WebSocketFrame(
            kind: kind, isLast: bytes[0] & 0x80 != 0, payload: Array(bytes[begin..<begin + count]))
        bytes.removeFirst(begin + count)
        return frame
    }
}
