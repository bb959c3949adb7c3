import Timekeeping

/// The name of a register: `A-B:C.D.E*F` (IEC 62056-61), six numbers from 0 to 255.
///
/// A is the medium (0 abstract, 1 electricity), B the channel, C the quantity, D how it is processed, E the tariff or
/// further class, F the billing period; 255 means the present one and is left out in writing.
public struct OBISCode: Hashable, Comparable, Sendable {
    /// The six numbers, A in bits 40-47 down to F in bits 0-7: one machine word to compare and hash.
    public let rawValue: UInt64

    @inlinable package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// A code from its six numbers, A-B:C.D.E*F.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8 = 255) {
        rawValue =
            UInt64(a) << 40 | UInt64(b) << 32 | UInt64(c) << 24 | UInt64(d) << 16 | UInt64(e) << 8 | UInt64(f)
    }

    /// The medium: 1 electricity, 7 gas, 8 water; 0 for what concerns the meter.
    public var a: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 40) }
    /// The channel: 0 the meter itself, 1 to 8 the meters at its M-Bus.
    public var b: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 32) }
    /// The quantity: 1 is imported active energy or power.
    public var c: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 24) }
    /// How it is measured: 7 the present value, 8 a count.
    public var d: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 16) }
    /// The tariff; 0 is their sum.
    public var e: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
    /// The billing period; 255 is the present one.
    public var f: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

    /// Reads "1-0:1.8.0", with or without a trailing "*255"; nil when it is written in another way.
    public init?(_ text: some StringProtocol) {
        var numbers: [UInt8] = []
        var current: Int?
        let separators = [UInt8]("-:..*".utf8)
        for character in text.utf8 {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) {
                let value = (current ?? 0) * 10 + Int(character - UInt8(ascii: "0"))
                guard value <= 255 else { return nil }
                current = value
            } else {
                guard let number = current, numbers.count < separators.count, character == separators[numbers.count]
                else { return nil }
                numbers.append(UInt8(number))
                current = nil
            }
        }
        guard let last = current else { return nil }
        numbers.append(UInt8(last))
        guard numbers.count == 5 || numbers.count == 6 else { return nil }
        self.init(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers.count == 6 ? numbers[5] : 255)
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension OBISCode: CustomStringConvertible {
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// ``description``, behind what is there.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(decimal: UInt64(a))
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: UInt64(b))
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: UInt64(c))
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: UInt64(d))
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: UInt64(e))
        guard f != 255 else { return }
        bytes.append(UInt8(ascii: "*"))
        bytes.append(decimal: UInt64(f))
    }
}
