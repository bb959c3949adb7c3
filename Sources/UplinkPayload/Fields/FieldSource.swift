public import MeterValues

/// Where the value of a field comes from.
public enum FieldSource: Hashable, Sendable {
    /// A register of the meter.
    case register(OBISCode)
    /// Active power imported less exported, 1-0:1.7.0 - 1-0:2.7.0: both can be non-zero at once on three-phase meters.
    case netPower

    /// Reads an OBIS code or "net_power".
    public init?(_ text: String) {
        if text == "net_power" {
            self = .netPower
        } else if let code = OBISCode(text) {
            self = .register(code)
        } else {
            return nil
        }
    }

    /// The value of the source in steps of 10^-`decimals` of `unit`, rounded; nil when the meter did not send it or
    /// sent another kind of quantity.
    func value(in reading: Reading, unit: MeterUnit, decimals: Int) -> Int64? {
        switch self {
        case .register(let code):
            return reading.quantities[code]?.coefficient(in: unit, decimals: decimals, rounding: true)
        case .netPower:
            // Subtracted at the finest step that meters use, rounded once.
            guard let imported = reading.quantities[.importedPower]?.coefficient(in: .watt, decimals: 3),
                let exported = reading.quantities[.exportedPower]?.coefficient(in: .watt, decimals: 3)
            else { return nil }
            let (net, overflow) = imported.subtractingReportingOverflow(exported)
            guard !overflow else { return nil }
            return Quantity(coefficient: net, decimals: 3, unit: .watt)
                .coefficient(in: unit, decimals: decimals, rounding: true)
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
