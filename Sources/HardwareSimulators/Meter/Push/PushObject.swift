/// One object of a DLMS push, in A-XDR.
package struct PushObject: Hashable, Sendable {
    /// Its elements one behind the other, as they stand in a flat list.
    package let elements: [[UInt8]]

    package init(elements: [[UInt8]]) { self.elements = elements }

    /// A register with scaler and unit.
    package static func register(_ code: [UInt8], _ value: UInt32, scaler: Int8, unit: UInt8) -> Self {
        Self(elements: [octets(code), unsigned(value), scale(scaler, unit)])
    }

    /// A register that says neither.
    package static func bare(_ code: [UInt8], _ value: UInt32) -> Self {
        Self(elements: [octets(code), unsigned(value)])
    }

    /// Text under a code, or without one.
    package static func text(_ code: [UInt8]?, _ text: String) -> Self {
        Self(elements: (code.map { [octets($0)] } ?? []) + [octets([UInt8](text.utf8))])
    }

    package static func number(_ value: UInt32) -> Self { Self(elements: [unsigned(value)]) }

    package static func octets(_ bytes: [UInt8]) -> [UInt8] { [0x09] + PushLine.length(bytes.count) + bytes }
    package static func unsigned(_ value: UInt32) -> [UInt8] { [0x06] + PushLine.bigEndian(value, 4) }
    package static func scale(_ scaler: Int8, _ unit: UInt8) -> [UInt8] {
        [0x02, 0x02, 0x0F, UInt8(bitPattern: scaler), 0x16, unit]
    }
}
