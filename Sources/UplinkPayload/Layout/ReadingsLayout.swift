public import MeterValues

/// A readings report on the wire:
///
/// | bits | content |
/// | --- | --- |
/// | 8 | tag of the layout |
/// | 4 | number of the meter, from 0 |
/// | each field's width | the fields in order |
/// | 0-7 | zeros, to the next byte |
public struct ReadingsLayout: Hashable, Sendable {
    /// Bits of tag and meter number.
    static let headerWidth = 12
    /// Meters that the frame can tell apart.
    public static let mostMeters = 16

    /// Bytes of FRMPayload that every data rate of EU868 carries (RP002, DR0 to DR2).
    public static let smallestLimit = 51

    /// The fields, in their order.
    public let fields: [Field]
    /// Derived from everything that gives the bits their meaning, so that a decoder for another layout notices.
    public let tag: UInt8

    /// - Parameter tags: those of other layouts on the same port; the first free one is chosen.
    init(fields: [Field], avoiding tags: TakenTags) throws(LayoutError) {
        guard !fields.isEmpty else { throw .noFields }
        var names: Set<String> = []
        for field in fields where !names.insert(field.name).inserted { throw .duplicateName(field.name) }
        self.fields = fields
        let signature = "p1lora 1 readings;" + fields.map(\.signature).joined(separator: ";")
        let taken = tags.taken(for: fields)
        guard taken.count < 200 else { throw .tooManyLayouts }
        var tag = LayoutTag.of(signature)
        while taken.contains(tag) { tag &+= 1 }
        self.tag = tag
    }

    var bitCount: Int { fields.reduce(Self.headerWidth) { $0 + $1.width } }
    /// Length of the payload in bytes.
    public var byteCount: Int { (bitCount + 7) / 8 }

    /// The payload for a reading. A value that the reading lacks is sent as absent; one outside its field's range as
    /// saturated.
    /// - Parameters:
    ///   - reading: of the meter.
    ///   - meter: 0 to 15.
    public func encode(_ reading: Reading, meter: Int) -> [UInt8] {
        var writer = BitWriter()
        writer.write(UInt64(tag), width: 8)
        writer.write(UInt64(truncatingIfNeeded: meter), width: 4)
        for field in fields { writer.write(field.code(for: reading), width: field.width) }
        return writer.bytes
    }

    /// What of a reading lies beyond its field's range, in words: such values are sent as saturated.
    public func misfits(of reading: Reading) -> [String] {
        fields.compactMap { field in
            let decimals = field.resolution.decimals
            guard let value = field.source.value(in: reading, unit: field.unit, decimals: decimals),
                value < field.minimum || value >= field.maximum
            else { return nil }
            let bound = value < field.minimum ? (field.minimum, "min", "smaller") : (field.maximum, "max", "larger")
            let end = FixedPoint(coefficient: bound.0, decimals: decimals)
            return
                "\(field.name) is \(FixedPoint(coefficient: value, decimals: decimals)) \(field.unit.symbol) now, but its "
                + "field ends at \(end): give it a \(bound.2) \(bound.1)"
        }
    }

    /// Splits fields over as few layouts as their order allows, each within `largestPayload` bytes.
    static func split(
        _ fields: [Field], largestPayload: Int, avoiding tags: inout TakenTags
    ) throws(LayoutError) -> [ReadingsLayout] {
        guard !fields.isEmpty else { throw .noFields }
        var layouts: [ReadingsLayout] = []
        var (part, bits) = ([Field](), headerWidth)
        for field in fields {
            guard headerWidth + field.width <= largestPayload * 8 else {
                throw .doesNotFit(field: field.name, bytes: largestPayload)
            }
            if bits + field.width > largestPayload * 8 {
                layouts.append(try tags.layout(of: part))
                (part, bits) = ([], headerWidth)
            }
            part.append(field)
            bits += field.width
        }
        return layouts + [try tags.layout(of: part)]
    }
}
