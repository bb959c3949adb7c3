/// Protocols that meters speak on similar sockets, recognised so that a user learns why nothing is read.
public enum ForeignProtocol: String, Hashable, Sendable {
    /// Frames between 0x7E with a format field of type 3 (IEC 13239): Norway, parts of Sweden, Switzerland, Austria.
    case hdlc = "DLMS in HDLC frames"
    /// Frames 68 L L 68 (EN 13757-2): parts of Austria and Switzerland.
    case wiredMBus = "DLMS in M-Bus frames"
}

/// Watches bytes that belong to no telegram for frames of other protocols, byte by byte, since a line gives a frame in
/// many pieces: a header that promises a closing byte, and that byte in its place.
struct ForeignWatch {
    private var window: UInt32 = 0
    private var next = 0
    private var promised: (protocol: ForeignProtocol, place: Int, byte: UInt8)?

    /// - Parameter place: where the byte stands in the stream.
    /// - Returns: the protocol whose frame ends with this byte.
    @inline(__always) mutating func take(_ byte: UInt8, at place: Int) -> ForeignProtocol? {
        window = place == next ? window << 8 | UInt32(byte) : UInt32(byte)
        next = place &+ 1
        if let promise = promised, place >= promise.place {
            promised = nil
            if place == promise.place, byte == promise.byte { return promise.protocol }
        }
        if promised == nil { promised = Self.promise(window, at: place) }
        return nil
    }

    @inline(__always)
    private static func promise(_ window: UInt32, at place: Int) -> (ForeignProtocol, Int, UInt8)? {
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

extension ForeignProtocol: CustomStringConvertible {
    public var description: String { rawValue }
}
