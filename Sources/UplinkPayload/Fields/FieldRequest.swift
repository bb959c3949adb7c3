public import MeterValues

/// A field as a person asks for it: an OBIS code, and whatever else than the defaults is wanted.
public struct FieldRequest: Hashable, Sendable {
    /// An OBIS code, the name of a known register, or "net_power".
    public var source: String
    /// The key in decoded JSON; nil for the register's own.
    public var name: String?
    /// Nil for the register's own.
    public var unit: MeterUnit?
    /// Nil for the register's own.
    public var resolution: Resolution?
    /// The least and the greatest value, in the unit.
    public var minimum: FixedPoint?
    /// Nil for the register's own.
    public var maximum: FixedPoint?

    /// What a person asks for; nil for what the register's table says.
    public init(
        _ source: String, name: String? = nil, unit: MeterUnit? = nil, resolution: Resolution? = nil,
        minimum: FixedPoint? = nil, maximum: FixedPoint? = nil
    ) {
        self.source = source
        self.name = name
        self.unit = unit
        self.resolution = resolution
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The field, with what is not given taken from the table of known registers.
    public func field() throws(LayoutError) -> Field {
        guard let source = FieldSource(source) else { throw .unknownSource(source) }
        let known = KnownRegister(source)
        guard let unit = unit ?? known?.unit, let name = name ?? known.map({ defaultName(of: $0, in: unit) }),
            let resolution = resolution ?? known?.resolution
        else { throw .rangeNeeded(field: source.description) }
        if let known, unit.dimension != known.unit.dimension, !hasManyUnits(source) {
            throw .wrongUnit(field: name, unit: unit)
        }
        let minimum = try bound(self.minimum, known?.minimum ?? 0, known, unit, resolution, name)
        let maximum = try bound(self.maximum, known?.maximum, known, unit, resolution, name)
        guard let maximum, let minimum else { throw .rangeNeeded(field: source.description) }
        return try Field(
            source: source, name: name, unit: unit, resolution: resolution, minimum: minimum, maximum: maximum)
    }

    private func hasManyUnits(_ source: FieldSource) -> Bool {
        guard case .register(let code) = source else { return false }
        return code.hasManyUnits
    }

    /// "import_kwh" becomes "import_wh" when watt-hours are asked for.
    private func defaultName(of known: KnownRegister, in unit: MeterUnit) -> String {
        let suffix = "_" + known.unit.symbol.lowercased()
        guard unit != known.unit, known.name.hasSuffix(suffix) else { return known.name }
        return known.name.dropLast(suffix.count) + "_" + unit.symbol.lowercased()
    }

    private func bound(
        _ given: FixedPoint?, _ known: Int64?, _ register: KnownRegister?, _ unit: MeterUnit,
        _ resolution: Resolution, _ name: String
    ) throws(LayoutError) -> Int64? {
        let quantity: Quantity
        if let given {
            quantity = Quantity(coefficient: given.coefficient, decimals: UInt8(given.decimals), unit: unit)
        } else if let known {
            quantity = Quantity(
                coefficient: known, decimals: UInt8(register?.resolution.decimals ?? 0), unit: register?.unit ?? unit)
        } else {
            return nil
        }
        let converts = quantity.unit.dimension == unit.dimension
        let plain =
            converts ? quantity : Quantity(coefficient: quantity.coefficient, decimals: quantity.decimals, unit: unit)
        guard let value = plain.coefficient(in: unit, decimals: resolution.decimals, rounding: true) else {
            throw .rangeTooWide(field: name)
        }
        return value
    }
}
