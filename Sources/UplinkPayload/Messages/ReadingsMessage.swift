import Timekeeping

extension ReportKind {
    /// A snapshot of chosen registers.
    public static let readings = ReportKind(port: 1, name: "readings")
}

/// A snapshot of chosen registers: ``ReadingsLayout``.
enum ReadingsMessage: UplinkMessage {
    static let kind = ReportKind.readings
    static let request = ReportKind.Request.fields
    static let claim = AirTimeClaim.other

    static func period(_ profile: PlannerProfile) -> TimeSpan {
        switch profile {
        case .quarterHours: .minutes(15)
        case .live: .minutes(1)
        case .frugal: .hours(6)
        }
    }

    static func isUsed(by schema: PayloadSchema) -> Bool { !schema.allReadings.isEmpty }

    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport {
        guard let tag = bytes.first else { throw .empty }
        let layouts = schema.allReadings
        guard let layout = layouts.first(where: { $0.tag == tag }) else {
            throw .wrongTag(tag, expected: layouts.map(\.tag))
        }
        guard bytes.count == layout.byteCount else { throw .wrongLength(bytes.count, expected: layout.byteCount) }
        var reader = try PayloadReader(bytes)
        _ = try reader.number(8)
        let meter = try reader.meter(of: schema.meters)
        var fields: [DecodedEntry] = []
        for field in layout.fields { fields.append(try reader.value(field.number)) }
        try reader.finish()
        return DecodedReport(kind: .readings, meter: meter, fields: fields)
    }

    /// Those of intervals use a part of it.
    static func scripts(for schema: PayloadSchema) -> [String] {
        [Scripts.reader, Scripts.text(PackageResources.readings_js)]
    }

    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue] {
        schema.allReadings.flatMap { layout in
            schema.ofMeters(
                .readings, layout.fields.map { .init($0.name, JSONSchema.number($0.number)) },
                optional: [.init(DecodedReport.saturatedKey, JSONSchema.text)])
        }
    }

    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])] {
        let layouts = schema.layouts
        return layouts.enumerated().flatMap { index, layout -> [(description: String, bytes: [UInt8])] in
            let name = layouts.count == 1 ? "readings" : "readings, layout \(index + 1)"
            let usual = ExampleReadings.reading(for: layout.fields)
            let beyond = ExampleReadings.reading(for: layout.fields, beyond: true)
            return [
                (name, layout.encode(usual, meter: 0)),
                ("\(name), nothing known", layout.encode(ExampleReadings.nothing, meter: 0)),
                ("\(name), beyond the range", layout.encode(beyond, meter: 0)),
            ]
        }
    }
}
