/// Protocols that meters speak on similar sockets, recognised so that a user learns why nothing is read.
public enum ForeignProtocol: String, Hashable, Sendable {
    /// Frames between 0x7E with a format field of type 3 (IEC 13239): Norway, parts of Sweden, Switzerland, Austria.
    case hdlc = "DLMS in HDLC frames"
    /// Frames 68 L L 68 (EN 13757-2): parts of Austria and Switzerland.
    case wiredMBus = "DLMS in M-Bus frames"

    /// The protocol whose frame begins at `start`, judged by its first bytes and its closing byte.
    init?(_ bytes: Span<UInt8>, at start: Int, end: Int) {
        switch bytes[start] {
        case 0x7E:
            guard start &+ 3 < end, bytes[start &+ 1] & 0xF0 == 0xA0 else { return nil }
            let length = Int(bytes[start &+ 1] & 0x07) << 8 | Int(bytes[start &+ 2])
            guard length >= 7, start &+ length &+ 1 < end, bytes[start &+ length &+ 1] == 0x7E else { return nil }
            self = .hdlc
        case 0x68:
            guard start &+ 4 < end, bytes[start &+ 3] == 0x68, bytes[start &+ 1] == bytes[start &+ 2] else {
                return nil
            }
            let last = start &+ Int(bytes[start &+ 1]) &+ 5
            guard last < end, bytes[last] == 0x16 else { return nil }
            self = .wiredMBus
        default: return nil
        }
    }
}

extension ForeignProtocol: CustomStringConvertible {
    public var description: String { rawValue }
}
