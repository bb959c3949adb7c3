package import MeterValues
import UplinkPayload

/// Registers and uses as exact decimals.
package enum RegisterNumber {
    /// - Parameters:
    ///   - value: in the whole units of `RegisterScale`.
    ///   - unit: in which it is shown.
    package static func text(_ value: Int64, in unit: MeterUnit) -> String {
        let decimals = unit.exponent - (RegisterScale.unit(of: unit.dimension)?.exponent ?? 0)
        guard decimals < 0 else { return FixedPoint(coefficient: value, decimals: decimals).description }
        // A unit smaller than the one in which registers are kept.
        return "\(value)" + (value == 0 ? "" : String(repeating: "0", count: -decimals))
    }
}
