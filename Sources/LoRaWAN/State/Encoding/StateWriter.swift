package import Timekeeping

/// Fields one after the other; numbers in as few bytes as they need (LEB128).
package struct StateWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func byte(_ value: UInt8) { bytes.append(value) }
    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func number(_ value: some FixedWidthInteger & UnsignedInteger) {
        var rest = UInt64(truncatingIfNeeded: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func mask(_ value: ChannelMask) {
        number(UInt64(truncatingIfNeeded: value))
        number(UInt64(truncatingIfNeeded: value >> 64))
    }

    package mutating func count(_ value: Int) { number(UInt64(max(0, value))) }

    /// Small negative numbers stay small (zigzag).
    package mutating func signed(_ value: Int64) {
        number(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    package mutating func span(_ value: TimeSpan) { signed(value.nanoseconds) }
    package mutating func instant(_ value: MonotonicInstant) { signed(value.nanoseconds) }

    /// `count` bytes, without a length.
    package mutating func raw(_ value: [UInt8]) { bytes += value }

    package mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    package mutating func optional<Value>(_ value: Value?, _ write: (inout StateWriter, Value) -> Void) {
        flag(value != nil)
        if let value { write(&self, value) }
    }
}
