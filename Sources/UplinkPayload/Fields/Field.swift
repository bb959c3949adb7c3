public import MeterValues

/// One value of a readings report: where it comes from, its name in the decoder's output, and how it becomes a number of
/// `width` bits (``NumberField``).
public struct Field: Hashable, Sendable {
    /// The widest field, in bits: what JavaScript still prints exactly.
    public static let widestField = 48

    /// The register.
    public let source: FieldSource
    /// Of the value.
    public let unit: MeterUnit
    /// How the value becomes bits.
    public let number: NumberField

    /// A field whose range reaches from `minimum` at least to `maximum`, in the fewest bits.
    ///
    /// - Parameters:
    ///   - source: the register.
    ///   - name: the key in decoded JSON, ahead of its unit.
    ///   - unit: of the value.
    ///   - resolution: the step that is sent.
    ///   - minimum: in steps of 10^-decimals of the unit.
    ///   - maximum: likewise; the range grows to what the width can hold.
    public init(
        source: FieldSource, name: String, unit: MeterUnit, resolution: Resolution, minimum: Int64, maximum: Int64
    ) throws(LayoutError) {
        try Self.check(name: name)
        guard minimum.magnitude < 1_000_000_000_000_000, maximum.magnitude < 1_000_000_000_000_000 else {
            throw .rangeTooWide(field: name)
        }
        guard minimum < maximum else { throw .emptyRange(field: name) }
        let steps = UInt64((maximum - minimum + resolution.step - 1) / resolution.step)
        let width = UInt64.bitWidth - (steps + 1).leadingZeroBitCount
        guard width <= Self.widestField else { throw .rangeTooWide(field: name) }
        self.source = source
        self.unit = unit
        number = NumberField(name, width: max(1, width), minimum: minimum, resolution: resolution)
    }

    /// The key in the decoder's output, the unit included: "import_kwh".
    public var name: String { number.name }
    /// The step that is sent.
    public var resolution: Resolution { number.resolution }
    /// The least value, in steps of 10^-`resolution.decimals` of `unit`.
    public var minimum: Int64 { number.minimum }
    /// Bits on the wire, 1 to 48.
    public var width: Int { number.width }

    /// The number on the wire that says that there is no value.
    var absent: UInt64 { number.absent }

    /// The greatest value, in steps of 10^-decimals of the unit.
    public var maximum: Int64 { number.maximum }

    /// The greatest value as a decimal number of `unit`.
    public var greatest: FixedPoint { FixedPoint(coefficient: maximum, decimals: resolution.decimals) }

    func code(for reading: Reading) -> UInt64 {
        number.code(for: source.value(in: reading, unit: unit, decimals: resolution.decimals))
    }

    /// A part of the text from which the layout's tag is derived.
    var signature: String { number.signature }

    /// Names become keys of JSON and columns of databases.
    private static func check(name: String) throws(LayoutError) {
        let allowed = name.utf8.allSatisfy { character in
            (97...122).contains(character) || (48...57).contains(character) || character == 95
        }
        guard allowed, let first = name.utf8.first, (97...122).contains(first), name.utf8.count <= 40 else {
            throw .badName(name)
        }
        guard !DecodedReport.reservedKeys.contains(name) else { throw .reservedName(name) }
    }
}
