import Timekeeping

extension ReportKind {
    /// What registers showed at quarter-hours.
    public static let intervals = ReportKind(port: 2, name: "intervals")
}

/// What registers showed at quarter-hours: ``IntervalLayout``.
enum IntervalsMessage: UplinkMessage {
    static let kind = ReportKind.intervals
    static let request = ReportKind.Request.fields
    static let claim = AirTimeClaim.history

    static func period(_ profile: PlannerProfile) -> TimeSpan { profile == .frugal ? .hours(2) : .minutes(15) }

    static func isUsed(by schema: PayloadSchema) -> Bool { !schema.allIntervals.isEmpty }

    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport {
        try schema.intervalReport(bytes).decoded
    }

    static let script = Scripts.text(PackageResources.intervals_js)

    /// Nothing for those who have no such report: it is a third of the codec.
    static func scripts(for schema: PayloadSchema) -> [String] { isUsed(by: schema) ? [script] : [] }

    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue] {
        schema.allIntervals.flatMap { layout -> [JSONValue] in
            let registers = layout.fields.map { JSONValue.Member($0.name, JSONSchema.number($0.number)) }
            let time = JSONSchema.time
            let row = JSONSchema.object(
                [.init("start", time), .init("end", time)] + registers, required: ["start", "end"])
            let rows: JSONValue = ["type": "array", "items": row]
            return schema.ofMeters(
                .intervals,
                [.init(DecodedReport.historyKey, ["const": true]), .init("time", time)] + registers
                    + [.init("intervals", rows)],
                optional: layout.fields.map { .init(IntervalReport.timeKey(of: $0), time) } + [.init("gaps", rows)])
        }
    }

    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])] {
        let layouts = schema.intervalLayouts
        return layouts.enumerated().flatMap { index, layout -> [(description: String, bytes: [UInt8])] in
            let name = layouts.count == 1 ? "intervals" : "intervals, layout \(index + 1)"
            return examples(of: layout).map { (name + $0.description, $0.bytes) }
        }
    }

    /// Of one layout; the descriptions are what stands behind its name.
    static func examples(of layout: IntervalLayout) -> [(description: String, bytes: [UInt8])] {
        ExampleHistories.allCases.compactMap { example in
            guard example != .unknownRegister || layout.fields.count > 1 else { return nil }
            return layout.encode(
                example.history(of: layout.fields), meter: 0, limit: ReadingsLayout.smallestLimit
            ).map { (example.title, $0.bytes) }
        }
    }
}

extension PayloadSchema {
    /// An uplink on the port of intervals, of a layout in use or an older one: the registers themselves, in whole units.
    public func intervalReport(_ bytes: [UInt8]) throws(DecodeError) -> IntervalReport {
        guard let tag = bytes.first else { throw .empty }
        let layouts = allIntervals
        guard let layout = layouts.first(where: { $0.tag == tag }) else {
            throw .wrongTag(tag, expected: layouts.map(\.tag))
        }
        return try layout.decode(bytes, meters: meters)
    }
}

extension IntervalReport {
    /// The report as the JavaScript codec returns it: `history`, `time`, the registers at that time, `intervals`, and `gaps` when
    /// there are any.
    ///
    /// A register that is not known at `time` is given as it was last, with the time of that beside it. An interval is a
    /// quarter-hour of which the use of at least one register is known; the others are null. A gap is a time of several
    /// quarter-hours of which only the sum is known. The oldest come first.
    public var decoded: DecodedReport { DecodedReport(kind: .intervals, meter: meter, fields: entries) }
}
