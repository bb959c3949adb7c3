/// The EUI of a device, by which servers tell devices apart.
public struct DeviceIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Most significant byte first, as it is printed on a label.
    public let rawValue: UInt64

    /// The DevEUI as a number, its first byte the highest.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// - Parameter hex: 16 hexadecimal digits of either case; ChirpStack writes lower case, The Things Stack upper case.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 16, hex.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
            let number = UInt64(hex, radix: 16)
        else { return nil }
        rawValue = number
    }

    /// 16 digits, in upper case as in the bridges' configuration.
    public var description: String { padded(String(rawValue, radix: 16, uppercase: true)) }

    /// As ChirpStack writes it.
    public var lowercased: String { padded(String(rawValue, radix: 16)) }

    private func padded(_ digits: String) -> String { String(repeating: "0", count: 16 - digits.utf8.count) + digits }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
