import MeterValues
import UplinkPayload

/// A meter's registers as a broker's readers want them: by the names that reports use, in the units that these have.
struct PublishedValues: Sendable {
    struct Value: Hashable, Sendable {
        /// import_kwh
        var name: String
        var code: OBISCode
        var unit: MeterUnit
        /// Exact.
        var number: FixedPoint
    }

    let values: [Value]

    /// What it says in characters, by the names of such texts.
    let texts: [(name: String, text: String)]

    /// Registers and texts without a name of their own are left out, and those that are not among the chosen.
    /// - Parameter chosen: names or OBIS codes; nil for all.
    init(
        _ registers: [BridgeStatus.RegisterStatus], texts: [BridgeStatus.TextStatus] = [], chosen: Set<String>? = nil
    ) {
        var taken: Set<String> = []
        /// Two registers may measure the same: the second is told from the first.
        func unique(_ name: String) -> String {
            var unique = name
            var place = 2
            while !taken.insert(unique).inserted { (unique, place) = ("\(name)_\(place)", place + 1) }
            return unique
        }
        func isWanted(_ name: String, _ obis: String) -> Bool {
            chosen.map { $0.contains(name) || $0.contains(obis) } ?? true
        }
        values = registers.compactMap { register in
            guard let name = register.name, isWanted(name, register.obis) else { return nil }
            return Value(register, name: unique(name))
        }
        self.texts = texts.compactMap { text in
            guard let name = text.name, isWanted(name, text.obis) else { return nil }
            return (unique(name), text.text)
        }
    }

    var isEmpty: Bool { values.isEmpty && texts.isEmpty }

    /// Each value by its name, as JSON.
    var members: [JSONValue.Member] {
        values.map { .init($0.name, .number("\($0.number)")) } + texts.map { .init($0.name, .string($0.text)) }
    }

    /// One object.
    var json: String { JSONValue.object(members).text }
}

extension PublishedValues.Value {
    fileprivate init?(_ register: BridgeStatus.RegisterStatus, name: String) {
        guard let code = OBISCode(register.obis), let known = register.name,
            let unit = register.unit.isEmpty ? MeterUnit.none : MeterUnit(symbol: register.unit),
            let number = FixedPoint(register.value)
        else { return nil }
        let quantity = Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: unit)
        // What has a unit of its own is not in the table under that name.
        let usual = (try? FieldRequest(known).field())?.unit ?? unit
        let wanted = unit.dimension == usual.dimension ? usual : unit
        guard let value = quantity.coefficient(in: wanted, decimals: 6, rounding: true) else { return nil }
        self.init(name: name, code: code, unit: wanted, number: FixedPoint(coefficient: value, decimals: 6))
    }
}
