import Timekeeping

/// An exact decimal number with its unit, as the meter printed it: `coefficient` x 10^-`decimals`.
///
/// Integers all the way: at 53 800 kWh a Float32 has a step of 4 Wh.
public struct Quantity: Hashable, Sendable {
    /// All digits of the number, without the point.
    public let coefficient: Int64
    /// Digits after the point, 0 to 18.
    public let decimals: UInt8
    /// What one of it is.
    public let unit: MeterUnit

    /// `coefficient` · 10^-`decimals` of the unit.
    public init(coefficient: Int64, decimals: UInt8, unit: MeterUnit) {
        self.coefficient = coefficient
        self.decimals = decimals
        self.unit = unit
    }

    /// The value in steps of 10^-`decimals` of `unit`, or nil when the units measure different things, when the value
    /// does not fit 64 bits, or when digits would have to be dropped and `rounding` is false.
    ///
    /// With `rounding`, halves go away from zero.
    public func coefficient(in unit: MeterUnit, decimals: Int, rounding: Bool = false) -> Int64? {
        guard unit.dimension == self.unit.dimension else { return nil }
        var shift = self.unit.exponent - unit.exponent + decimals - Int(self.decimals)
        var value = coefficient
        while shift > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
            shift -= 1
        }
        guard shift < 0 else { return value }
        guard shift >= -18 else { return value == 0 || rounding ? 0 : nil }
        var divisor: Int64 = 1
        for _ in 0..<(-shift) { divisor *= 10 }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        guard remainder != 0 else { return quotient }
        guard rounding else { return nil }
        let away = remainder.magnitude >= (divisor / 2).magnitude
        return away ? quotient + (value < 0 ? -1 : 1) : quotient
    }

    /// The number without its unit: "25.653", "-0.040".
    public var decimalString: String {
        var bytes: [UInt8] = []
        appendDecimal(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// ``decimalString``, behind what is there.
    package func appendDecimal(to bytes: inout [UInt8]) {
        if coefficient < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        bytes.append(decimal: coefficient.magnitude, width: Int(decimals) + 1)
        if decimals > 0 { bytes.insert(UInt8(ascii: "."), at: max(start, bytes.count - Int(decimals))) }
    }
}

extension Quantity: CustomStringConvertible {
    /// "25.653 kWh"
    public var description: String { unit == .none ? decimalString : "\(decimalString) \(unit.symbol)" }
}
