/// The name of the sender of an encrypted frame: eight octets, three letters of the maker and five of the device (DLMS
/// UA 1000-2, 4.3.4); zero octets where a meter leaves it out.
public struct SystemTitle: Hashable, Sendable {
    /// The 8 bytes.
    public let bytes: [UInt8]

    /// Nil unless it has 8 bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The logical device name that a title of the IDIS numbering stands for: 53 41 47 67 70 05 0E 9D is
    /// SAG1030700331421 (maker SAG, type 103, 07, serial number 00331421). Nil for other numberings.
    public var logicalDeviceName: String? {
        guard bytes.count == 8, bytes.prefix(3).allSatisfy({ $0 &- UInt8(ascii: "A") < 26 }) else { return nil }
        let serial = UInt32(bytes[4] & 0x0F) << 24 | UInt32(bytes[5]) << 16 | UInt32(bytes[6]) << 8 | UInt32(bytes[7])
        guard serial < 100_000_000, bytes[3] >= 100 else { return nil }
        return String(decoding: bytes.prefix(3), as: UTF8.self) + padded(UInt32(bytes[3]), 3)
            + padded(UInt32(bytes[4] >> 4), 2) + padded(serial, 8)
    }

    private func padded(_ number: UInt32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension SystemTitle: CustomStringConvertible {
    /// The device name, the characters, or the hexadecimal digits, whichever says most.
    public var description: String {
        if let logicalDeviceName { return logicalDeviceName }
        if !bytes.isEmpty, bytes.allSatisfy({ ASCII.isPrintable($0) }) { return String(decoding: bytes, as: UTF8.self) }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
