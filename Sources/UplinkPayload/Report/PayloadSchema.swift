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

    /// What uplinks of this configuration can carry.
    var kinds: [ReportKind] {
        ReportKind.allCases.filter { kind in
            switch kind {
            case .readings: !layouts.isEmpty
            case .intervals: false
            case .alarm, .status, .reply: true
            }
        }
    }

    /// Decodes an uplink by itself, with no state of earlier ones.
    public func decode(port: Int, _ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        switch kinds.first(where: { Int($0.port) == port }) {
        case .readings: return try decodeReadings(bytes)
        case .alarm: return try Alarm.decode(bytes, meters: meters)
        case .status: return try StatusPage.decode(bytes, meters: meters)
        case .reply: return try Reply.decode(bytes, meters: meters)
        case .intervals, nil:
            throw .unknownPort(port, known: kinds.map { Int($0.port) })
        }
    }

    /// Decodes a downlink as it goes to a bridge.
    public func decodeDownlink(port: Int, _ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        guard port == Int(ReportKind.commandPort) else {
            throw .unknownPort(port, known: [Int(ReportKind.commandPort)])
        }
        return try CommandFrame.decode(bytes, meters: meters)
    }

    private func decodeReadings(_ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        guard let tag = bytes.first else { throw .empty }
        guard let layout = layouts.first(where: { $0.tag == tag }) else {
            throw .wrongTag(tag, expected: layouts.map(\.tag))
        }
        guard bytes.count == layout.byteCount else { throw .wrongLength(bytes.count, expected: layout.byteCount) }
        var reader = try PayloadReader(bytes)
        _ = try reader.number(8)
        var entries = [DecodedEntry("meter", .text(try reader.meter(of: meters)))]
        for field in layout.fields { entries.append(try reader.value(field.number)) }
        try reader.finish()
        entries.appendSaturated()
        return DecodedReport(kind: .readings, entries)
    }
}
