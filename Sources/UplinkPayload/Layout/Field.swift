public import SmartMeter

/// One value of a readings report: its name in the decoder's output, and how it becomes a number of `width` bits.
///
/// The number is (value - minimum) / resolution, rounded. All ones mean "absent". The greatest number below that means
/// "this or more"; where `minimum` is not 0, the number 0 means "this or less": values at the ends of the range are
/// marked as saturated by the decoder.
public struct Field: Hashable, Sendable {
    /// The widest field, in bits: what JavaScript still prints exactly.
    public static let widestField = 48

    public let source: FieldSource
    /// The key in the decoder's output, the unit included: "import_kwh".
    public let name: String
    public let unit: MeterUnit
    public let resolution: Resolution
    /// The least value, in steps of 10^-`resolution.decimals` of `unit`.
    public let minimum: Int64
    /// Bits on the wire, 1 to 48.
    public let width: Int

    /// A field whose range reaches from `minimum` at least to `maximum`, in the fewest bits.
    ///
    /// - Parameters:
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
        self.name = name
        self.unit = unit
        self.resolution = resolution
        self.minimum = minimum
        self.width = max(1, width)
    }

    /// The number on the wire that says that there is no value.
    var absent: UInt64 { (1 << UInt64(width)) - 1 }

    /// The greatest value, in steps of 10^-decimals of the unit.
    public var maximum: Int64 { minimum + Int64(absent - 1) * resolution.step }

    /// The greatest value as a decimal number of `unit`.
    public var greatest: FixedPoint { FixedPoint(coefficient: maximum, decimals: resolution.decimals) }

    func code(for reading: Reading) -> UInt64 {
        guard let value = source.value(in: reading, unit: unit, decimals: resolution.decimals) else { return absent }
        if value < minimum { return minimum == 0 ? absent : 0 }
        if value >= maximum { return absent - 1 }
        // Halves go up, away from the range's lower end.
        return UInt64((value - minimum + resolution.step / 2) / resolution.step)
    }

    func value(of code: UInt64) -> DecodedValue {
        guard code != absent else { return .absent }
        let number = FixedPoint(
            coefficient: minimum + Int64(code) * resolution.step, decimals: resolution.decimals)
        return .number(number, saturated: code == absent - 1 || (code == 0 && minimum != 0))
    }

    /// The text from which the layout's tag is derived: every property that changes the meaning of a bit.
    var signature: String { "\(name),\(width),\(minimum),\(resolution.step),\(resolution.decimals)" }

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
