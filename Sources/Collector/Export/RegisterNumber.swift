package import MeterValues
import UplinkPayload

/// Registers and uses as exact decimals.
package enum RegisterNumber {
    /// - Parameters:
    ///   - value: in the whole units of `RegisterScale`.
    ///   - unit: in which it is shown.
    package static func text(_ value: Int64, in unit: MeterUnit) -> String {
        let decimals = decimals(of: unit)
        guard decimals < 0 else { return FixedPoint(coefficient: value, decimals: decimals).description }
        // A unit smaller than the one in which registers are kept.
        return "\(value)" + (value == 0 ? "" : String(repeating: "0", count: -decimals))
    }

    /// Places behind the point of a register in its unit; below 0 for a unit smaller than that in which registers are kept.
    static func decimals(of unit: MeterUnit) -> Int {
        unit.exponent - (RegisterScale.unit(of: unit.dimension)?.exponent ?? 0)
    }

    /// The same as ``text(_:in:)``, digit by digit.
    /// - Parameter decimals: of the unit (``decimals(of:)``).
    static func append(_ value: Int64, decimals: Int, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var (rest, places) = (value.magnitude, decimals)
        while places > 0, rest % 10 == 0 { (rest, places) = (rest / 10, places - 1) }
        let begin = bytes.count
        var place = 0
        // From the last digit on, and then the other way round.
        repeat {
            if place == places, places > 0 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(48 + UInt8(rest % 10))
            rest /= 10
            place += 1
        } while rest > 0 || place <= places
        bytes[begin...].reverse()
        if decimals < 0, value != 0 { bytes += [UInt8](repeating: 48, count: -decimals) }
    }
}
