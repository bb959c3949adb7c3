import MeterValues
import UplinkPayload

/// A meter's registers as a broker's readers want them: by the names that reports use, in the units that these have.
struct MeterValues: Hashable, Sendable {
    struct Value: Hashable, Sendable {
        /// import_kwh
        var name: String
        var code: OBISCode
        var unit: MeterUnit
        /// Exact.
        var number: FixedPoint
    }

    let values: [Value]

    /// Registers without a name of their own are left out.
    init(_ registers: [BridgeStatus.RegisterStatus]) {
        values = registers.compactMap { register in
            guard let name = register.name, let code = OBISCode(register.obis),
                let field = try? FieldRequest(register.obis).field(),
                let unit = register.unit.isEmpty ? MeterUnit.none : MeterUnit(symbol: register.unit),
                let number = FixedPoint(register.value)
            else { return nil }
            let quantity = Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: unit)
            // A gas meter's code may be a heat meter's: then the unit is its own.
            let wanted = unit.dimension == field.unit.dimension ? field.unit : unit
            guard let value = quantity.coefficient(in: wanted, decimals: 6, rounding: true) else { return nil }
            return Value(name: name, code: code, unit: wanted, number: FixedPoint(coefficient: value, decimals: 6))
        }
    }

    /// One object.
    var json: String { "{" + values.map { "\"\($0.name)\":\($0.number)" }.joined(separator: ",") + "}" }
}
