/// The number of a join-request: counts from 0 and is never used twice with one JoinEUI (TS001 6.2.5).
public struct DevNonce: Hashable, Sendable {
    /// 16 bits.
    public let rawValue: UInt16

    /// A nonce by its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }
}

/// The join server's number of a join-accept (TS001 6.2.6), 24 bits; never used twice for one device.
public struct JoinNonce: Hashable, Sendable {
    /// 24 bits.
    public let rawValue: UInt32

    /// - Parameter rawValue: its low 24 bits are taken.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue & 0xFF_FFFF
    }
}
