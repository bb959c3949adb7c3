extension ReportKind {
    /// A sum of intervals reports, from which a collector computes those that were lost.
    public static let parity = ReportKind(port: 6, name: "parity")
}

/// A sum of intervals reports: ``ParityFrame``. By itself it tells nothing of a meter.
enum ParityMessage: UplinkMessage {
    static let kind = ReportKind.parity
    static let request = ReportKind.Request.never
    static let claim = AirTimeClaim.history

    static func isUsed(by schema: PayloadSchema) -> Bool { IntervalsMessage.isUsed(by: schema) }

    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport {
        DecodedReport(kind: kind, [DecodedEntry("frames", .whole(try ParityFrame.distances(bytes).count))])
    }

    static func scripts(for schema: PayloadSchema) -> [String] {
        isUsed(by: schema) ? [Scripts.reader, Scripts.text(PackageResources.parity_js)] : []
    }

    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue] {
        isUsed(by: schema) ? [JSONSchema.report(kind, [.init("frames", JSONSchema.count)])] : []
    }

    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])] {
        let reports = IntervalsMessage.examples(of: schema).map(\.bytes)
        let sources = reports.prefix(3).enumerated().map { ParitySource(counter: 700 + 2 * UInt32($0), payload: $1) }
        return [(sources, "three intervals reports"), (Array(sources.prefix(1)), "one intervals report")].compactMap {
            some, name in ParityFrame(some, counter: 705).map { ("a sum of \(name)", $0.encode()) }
        }
    }
}
