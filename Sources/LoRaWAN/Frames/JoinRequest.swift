import Ciphers

/// The device's wish to join (TS001 6.2.5): 23 bytes, not encrypted.
public struct JoinRequest: Hashable, Sendable {
    /// Who is asked.
    public let joinEUI: JoinEUI
    /// Who asks.
    public let devEUI: DevEUI
    /// Counts up with each request.
    public let devNonce: DevNonce

    /// PHYPayload in bytes.
    public static let length = 23

    /// A join-request (TS001 6.2.2).
    public init(joinEUI: JoinEUI, devEUI: DevEUI, devNonce: DevNonce) {
        self.joinEUI = joinEUI
        self.devEUI = devEUI
        self.devNonce = devNonce
    }

    /// PHYPayload; nil when OpenSSL ran out of memory.
    func encoded(authentication: AESCMAC) -> [UInt8]? {
        var frame: [UInt8] = []
        frame.reserveCapacity(Self.length)
        frame.append(FrameType.joinRequest.header)
        frame.append(littleEndian: joinEUI.rawValue, bytes: 8)
        frame.append(littleEndian: devEUI.rawValue, bytes: 8)
        frame.append(littleEndian: devNonce.rawValue, bytes: 2)
        guard let code = authentication.code(for: frame) else { return nil }
        frame.append(contentsOf: code.prefix(4))
        return frame
    }
}
