import MeterValues

/// An intervals report on the wire: what one to four registers showed at the newest boundary between two quarter-hours, and
/// back in time at as many boundaries before it as the payload has room for.
///
/// | bits | content |
/// | --- | --- |
/// | 8 | tag of the layout |
/// | 4 | number of the meter, from 0 |
/// | 21 | number of the newest boundary (`QuarterHour.number`) |
/// | the rest | the coded series (`IntervalModel`), to the end of the payload |
public struct IntervalLayout: Hashable, Sendable {
    /// Registers in one report.
    public static let mostSeries = LayoutError.mostSeries
    /// Boundaries in one report: what keeps a decoder's work and its output within bounds.
    public static let mostBoundaries = 1_024
    /// Boundaries that a bridge puts into one report, five days: what stands still for longer would keep the decoder of a network
    /// server, which has 100 ms, at work for longer than any other report.
    public static let mostSent = 512
    /// Bits of tag, meter number and boundary.
    static let headerWidth = 33
    /// The first byte of the coded series; its highest bit is the last of the header.
    static let codeStart = headerWidth / 8

    /// The registers, in their order. Resolution and width are those of the register.
    public let fields: [Field]
    /// Derived from everything that gives the bits their meaning, so that a decoder for another layout notices.
    public let tag: UInt8

    /// - Parameters:
    ///   - fields: 1 to 4 registers of energy, volume or heat (`RegisterScale`) with the minimum 0, at a resolution of
    ///     whole Wh, varh, VAh, dm3 or MJ.
    ///   - taken: tags of other layouts on the same port; the first free one is chosen.
    public init(fields: [Field], avoiding taken: Set<UInt8>) throws(LayoutError) {
        guard !fields.isEmpty else { throw .noFields }
        guard fields.count <= Self.mostSeries else { throw .tooManySeries(fields.count) }
        guard taken.count < 200 else { throw .tooManyLayouts }
        var names: Set<String> = [DecodedReport.historyKey, "time", "intervals", "gaps", "start", "end"]
        for field in fields {
            guard field.unitsPerStep != nil, field.minimum == 0, field.source.onlyGrows else {
                throw .noRegister(field: field.name)
            }
            for name in [field.name, IntervalReport.timeKey(of: field)] where !names.insert(name).inserted {
                throw .duplicateName(name)
            }
        }
        self.fields = fields
        let signature = "p1lora 1 intervals;" + fields.map(\.signature).joined(separator: ";")
        var tag = LayoutTag.of(signature)
        while taken.contains(tag) { tag &+= 1 }
        self.tag = tag
    }
}

extension TakenTags {
    mutating func intervals(of fields: [Field]) throws(LayoutError) -> IntervalLayout {
        let layout = try IntervalLayout(fields: fields, avoiding: taken(for: fields))
        take(layout.tag)
        return layout
    }
}

extension Field {
    /// The whole units in which a register is kept (`RegisterScale`) that one step has; nil when this is no register,
    /// when a step is no whole number of them, or when the greatest register has more than 63 bits in them.
    public var unitsPerStep: Int64? {
        guard let base = RegisterScale.unit(of: unit.dimension),
            let units = Quantity(coefficient: resolution.step, decimals: UInt8(resolution.decimals), unit: unit)
                .coefficient(in: base, decimals: 0),
            !Int64(absent).multipliedReportingOverflow(by: units).overflow
        else { return nil }
        return units
    }

    /// The register as it is sent, in steps; rounded down, so that differences add up. Nil when it is beyond the range.
    func steps(of entry: IntervalEntry) -> UInt64? {
        guard let unitsPerStep, unitsPerStep > 0, entry.value >= 0 else { return nil }
        let steps = UInt64(entry.value / unitsPerStep)
        return steps < absent ? steps : nil
    }
}
