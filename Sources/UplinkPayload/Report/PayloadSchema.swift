/// Everything that both ends must agree on: the meters by number and the layouts in use. Built from the configuration by
/// the bridge, written into the JavaScript codec for the network server.
public struct PayloadSchema: Hashable, Sendable {
    /// The names of the meters; the position is the number in the frame.
    public let meters: [String]
    /// For each readings report of the configuration the layouts over which its fields are split.
    public let readings: [[ReadingsLayout]]

    /// - Parameters:
    ///   - meters: 1 to 16 names.
    ///   - reports: the fields of each readings report.
    ///   - largestPayload: bytes of FRMPayload at the lowest data rate in use (51 at EU868 DR0, RP002).
    public init(meters: [String], reports: [[Field]], largestPayload: Int) throws(LayoutError) {
        var readings: [[ReadingsLayout]] = []
        var taken: Set<UInt8> = []
        for fields in reports {
            let parts = try ReadingsLayout.split(fields, largestPayload: largestPayload, avoiding: taken)
            taken.formUnion(parts.map(\.tag))
            readings.append(parts)
        }
        self.meters = meters
        self.readings = readings
    }

    /// All layouts of readings reports.
    public var layouts: [ReadingsLayout] { readings.flatMap { $0 } }

    /// Decodes an uplink by itself, with no state of earlier ones.
    public func decode(port: Int, _ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        guard port == Int(ReportKind.readings.port) else {
            throw .unknownPort(port, known: [Int(ReportKind.readings.port)])
        }
        guard let tag = bytes.first else { throw .empty }
        guard let layout = layouts.first(where: { $0.tag == tag }) else {
            throw .wrongTag(tag, expected: layouts.map(\.tag))
        }
        let wrongLength = DecodeError.wrongLength(bytes.count, expected: layout.byteCount)
        guard bytes.count == layout.byteCount else { throw wrongLength }
        var reader = BitReader(bytes)
        guard reader.read(width: 8) != nil, let meter = reader.read(width: 4) else { throw wrongLength }
        guard meter < meters.count else { throw .unknownMeter(Int(meter), count: meters.count) }
        var fields: [(String, DecodedValue)] = []
        for field in layout.fields {
            guard let code = reader.read(width: field.width) else { throw wrongLength }
            fields.append((field.name, field.value(of: code)))
        }
        guard reader.read(width: reader.remaining) == 0 else { throw .paddingNotZero }
        return DecodedReport(kind: .readings, meter: meters[Int(meter)], fields: fields)
    }
}
