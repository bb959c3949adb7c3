public import MeterValues

/// Where the value of a field comes from.
public enum FieldSource: Hashable, Sendable {
    /// A register of the meter.
    case register(OBISCode)
    /// Active power imported less exported, 1-0:1.7.0 - 1-0:2.7.0: both can be non-zero at once on three-phase meters.
    case netPower

    /// Reads an OBIS code, the name of a known register ("import_kwh", "gas") or "net_power".
    public init?(_ text: String) {
        if text == "net_power" {
            self = .netPower
        } else if let code = OBISCode(text) ?? RegisterNames.code(named: text) {
            self = .register(code)
        } else {
            return nil
        }
    }

    /// Whether it is a register that counts on, and not one that begins anew each day or month (1-128:C.9.E).
    package var onlyGrows: Bool {
        guard case .register(let code) = self else { return false }
        return !code.beginsAnew
    }

    /// The value of the source in steps of 10^-`decimals` of `unit`, rounded; nil when the meter did not send it or
    /// sent another kind of quantity.
    func value(in reading: Reading, unit: MeterUnit, decimals: Int) -> Int64? {
        switch self {
        case .register(let code):
            return reading.quantities[code]?.coefficient(in: unit, decimals: decimals, rounding: true)
        case .netPower:
            return reading.netPower?.coefficient(in: unit, decimals: decimals, rounding: true)
        }
    }
}

extension FieldSource: CustomStringConvertible {
    public var description: String {
        switch self {
        case .register(let code): code.description
        case .netPower: "net_power"
        }
    }
}

extension OBISCode {
    static let importedPower = OBISCode(1, 0, 1, 7, 0)
    static let exportedPower = OBISCode(1, 0, 2, 7, 0)
}
