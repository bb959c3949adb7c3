/// The address that the network gives the device for one session (TS001 6.1.2), 32 bits.
public struct DevAddr: Hashable, Sendable {
    /// As it is written: the highest bits are of the network.
    public let rawValue: UInt32

    /// An address by its number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// - Parameter hex: 8 hexadecimal digits; spaces, colons and dashes are passed over.
    public init(hex: some StringProtocol) throws(IdentifierError) {
        rawValue = UInt32(truncatingIfNeeded: try HexadecimalIdentifier.parse(hex, name: "DevAddr", bytes: 4))
    }
}

/// The network's identifier (TS001 6.1.2), 24 bits.
public struct NetID: Hashable, Sendable {
    /// 24 bits.
    public let rawValue: UInt32

    /// - Parameter rawValue: its low 24 bits are taken.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue & 0xFF_FFFF
    }
}

extension DevAddr: CustomStringConvertible {
    public var description: String { HexadecimalIdentifier.text(UInt64(rawValue), digits: 8) }
}

extension NetID: CustomStringConvertible {
    public var description: String { HexadecimalIdentifier.text(UInt64(rawValue), digits: 6) }
}
