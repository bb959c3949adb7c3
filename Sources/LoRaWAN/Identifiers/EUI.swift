/// The device's global identifier (TS001 6.1.1.2), unique to the radio.
public struct DevEUI: Hashable, Sendable {
    /// Most significant byte first, as it is printed on a label.
    public let rawValue: UInt64

    /// An EUI by its number, which is written in this order.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// - Parameter hex: 16 hexadecimal digits; spaces, colons and dashes are passed over.
    public init(hex: some StringProtocol) throws(IdentifierError) {
        rawValue = try HexadecimalIdentifier.parse(hex, name: "DevEUI", bytes: 8)
    }
}

/// The join server's identifier (TS001 6.1.1.1), called AppEUI before 1.0.4.
public struct JoinEUI: Hashable, Sendable {
    /// Most significant byte first, as consoles show it.
    public let rawValue: UInt64

    /// An EUI by its number, which is written in this order.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// - Parameter hex: 16 hexadecimal digits; spaces, colons and dashes are passed over.
    public init(hex: some StringProtocol) throws(IdentifierError) {
        rawValue = try HexadecimalIdentifier.parse(hex, name: "JoinEUI", bytes: 8)
    }
}

extension DevEUI: CustomStringConvertible {
    public var description: String { HexadecimalIdentifier.text(rawValue, digits: 16) }
}

extension JoinEUI: CustomStringConvertible {
    public var description: String { HexadecimalIdentifier.text(rawValue, digits: 16) }
}
