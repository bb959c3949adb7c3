public import MeterValues

/// Why a layout can't be built. Each says which field and what to write instead.
public enum LayoutError: Error, Hashable, Sendable {
    /// Neither a name nor an OBIS code.
    case unknownSource(String)
    /// Not in the table of known codes, so its unit and range have to be given.
    case rangeNeeded(field: String)
    /// A key may hold small letters, digits and underscores.
    case badName(String)
    /// The report has this key already.
    case reservedName(String)
    /// Two fields have one key.
    case duplicateName(String)
    /// The minimum is not below the maximum.
    case emptyRange(field: String)
    /// More bits than a field can have.
    case rangeTooWide(field: String)
    /// The register does not measure that.
    case wrongUnit(field: String, unit: MeterUnit)
    /// A report has to carry something.
    case noFields
    /// One field alone is longer than the payload may be.
    case doesNotFit(field: String, bytes: Int)
    /// The newest registers of an intervals report alone are longer than the payload may be.
    case intervalsDoNotFit(bytes: Int, largest: Int)
    /// No tag is left.
    case tooManyLayouts
    /// An older configuration counts its meters differently.
    case otherMeters([String], now: [String])
    /// In an intervals report.
    case tooManySeries(Int)
    /// In an intervals report: not a register, or a resolution finer than it is kept.
    case noRegister(field: String)

    /// What ``tooManySeries(_:)`` is more than.
    static let mostSeries = 4
}

extension LayoutError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownSource(let text):
            "\"\(text)\" is no OBIS code (write it like \"1-0:1.8.0\"), not \"net_power\", and not the name of a known "
                + "register such as \"import_kwh\""
        case .rangeNeeded(let field):
            "\(field) is not in the table of known codes: give it a unit, a resolution and a max, for example "
                + "{ obis = \"\(field)\", name = \"my_value_kwh\", unit = \"kWh\", resolution = 0.001, max = 999999.999 }"
        case .badName(let name):
            "the name \"\(name)\" must begin with a-z, hold only a-z, 0-9 and _, and be at most 40 characters long"
        case .reservedName(let name): "the name \"\(name)\" is used by the decoder itself: choose another"
        case .duplicateName(let name):
            "two fields are called \"\(name)\": give one of them another name = \"...\""
        case .emptyRange(let field): "\(field): max must be greater than min"
        case .rangeTooWide(let field):
            "\(field): from min to max at this resolution takes more than \(Field.widestField) bits: use a coarser "
                + "resolution or a smaller max"
        case .wrongUnit(let field, let unit):
            "\(field): \(unit.symbol) measures something else than this register"
        case .noFields: "the report needs at least one field"
        case .doesNotFit(let field, let bytes):
            "\(field) does not fit in a payload of \(bytes) bytes"
        case .tooManySeries(let count):
            "\(count) registers in an intervals report: it takes 1 to \(Self.mostSeries)"
        case .noRegister(let field):
            "\(field): an intervals report takes registers of energy, volume or heat from 0 on, at a resolution of whole "
                + "Wh, varh, VAh, dm3 or MJ"
        case .otherMeters(let older, let now):
            "the older configuration's meters are \(older.joined(separator: ", ")), now they are "
                + "\(now.joined(separator: ", ")): frames tell them by their position, so add new ones at the end, and "
                + "change names in the older file too"
        case .intervalsDoNotFit(let bytes, let largest):
            "what these registers show at one quarter-hour takes \(bytes) bytes, and the lowest data rate carries "
                + "\(largest): name fewer registers in this report, or set a lowest_data_rate that carries them"
        case .tooManyLayouts: "more than 200 layouts: one byte can't tell them apart"
        }
    }
}
