/// A number of fixed width on the wire, and what it means: (minimum + n x step) / 10^decimals for the number n in its bits.
///
/// All ones mean "absent". The greatest number below that means "this or more"; where `minimum` is not 0, the number 0
/// means "this or less".
public struct NumberField: Hashable, Sendable {
    /// The key in the decoder's output, the unit included: "import_kwh".
    public let name: String
    /// Bits on the wire, 1 to 48.
    public let width: Int
    /// The least value, in steps of 10^-`resolution.decimals`.
    public let minimum: Int64
    /// The step that is sent.
    public let resolution: Resolution

    init(_ name: String, width: Int, minimum: Int64 = 0, resolution: Resolution = .one) {
        self.name = name
        self.width = width
        self.minimum = minimum
        self.resolution = resolution
    }

    /// The number on the wire that says that there is no value.
    var absent: UInt64 { (1 << UInt64(width)) - 1 }

    /// The greatest value, in steps of 10^-decimals.
    var maximum: Int64 { minimum + Int64(absent - 1) * resolution.step }

    /// - Parameter value: in steps of 10^-decimals; nil when there is none.
    func code(for value: Int64?) -> UInt64 {
        guard let value else { return absent }
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

    /// Every property that changes the meaning of a bit.
    var signature: String { "\(name),\(width),\(minimum),\(resolution.step),\(resolution.decimals)" }
}
