/// Everything that both ends must agree on: the meters by number and the layouts in use. Built from the configuration by
/// the bridge, written into the JavaScript codec for the network server.
public struct PayloadSchema: Hashable, Sendable {
    /// The names of the meters; the position is the number in the frame.
    public let meters: [String]
    /// The reports of the configuration, in its order.
    public let reports: [ReportLayout]
    /// Layouts of earlier configurations, which are still decoded: devices change later than decoders, and servers show
    /// what came before.
    let olderReadings: [ReadingsLayout]
    let olderIntervals: [IntervalLayout]
    /// How decoded reports name their values.
    public let keys: FlatKeys

    /// - Parameters:
    ///   - meters: 1 to 16 names.
    ///   - reports: what each report carries, in the configuration's order.
    ///   - largestPayload: bytes of FRMPayload at the lowest data rate in use (51 at EU868 DR0, RP002).
    ///   - older: of earlier configurations, whose layouts are still to be decoded. Meters may have been added since then,
    ///     at the end.
    ///   - keys: of decoded reports.
    public init(
        meters: [String], reports: [ReportContent], largestPayload: Int, older: [PayloadSchema] = [],
        keys: FlatKeys = .plain
    ) throws(LayoutError) {
        let olderReadings = older.flatMap(\.allReadings)
        let olderIntervals = older.flatMap(\.allIntervals)
        for schema in older where !meters.starts(with: schema.meters) {
            throw .otherMeters(schema.meters, now: meters)
        }
        var readingsTags = TakenTags(older: olderReadings.map { ($0.fields, $0.tag) })
        var intervalsTags = TakenTags(older: olderIntervals.map { ($0.fields, $0.tag) })
        var layouts: [ReportLayout] = []
        for report in reports {
            switch report {
            case .readings(let fields):
                let parts = try ReadingsLayout.split(
                    fields, largestPayload: largestPayload, avoiding: &readingsTags)
                layouts.append(.readings(parts))
            case .intervals(let fields):
                let layout = try intervalsTags.intervals(of: fields)
                guard layout.bytesOfNewest <= largestPayload else {
                    throw .intervalsDoNotFit(bytes: layout.bytesOfNewest, largest: largestPayload)
                }
                layouts.append(.intervals(layout))
            case .status: layouts.append(.status)
            }
        }
        self.meters = meters
        self.reports = layouts
        self.olderReadings = olderReadings
        self.olderIntervals = olderIntervals
        self.keys = keys
    }

    /// The layouts of readings reports in use.
    public var layouts: [ReadingsLayout] {
        reports.flatMap { report -> [ReadingsLayout] in
            if case .readings(let layouts) = report { layouts } else { [] }
        }
    }

    /// The layouts of intervals reports in use.
    public var intervalLayouts: [IntervalLayout] {
        reports.compactMap { report -> IntervalLayout? in
            if case .intervals(let layout) = report { layout } else { nil }
        }
    }

    /// With the older ones, each tag once.
    var allReadings: [ReadingsLayout] {
        (layouts + olderReadings).reduce(into: []) { known, layout in
            if !known.contains(where: { $0.tag == layout.tag }) { known.append(layout) }
        }
    }

    var allIntervals: [IntervalLayout] {
        (intervalLayouts + olderIntervals).reduce(into: []) { known, layout in
            if !known.contains(where: { $0.tag == layout.tag }) { known.append(layout) }
        }
    }

    /// What uplinks of this configuration can carry, by port.
    var kinds: [ReportKind] { messages.map { $0.kind } }

    private var messages: [any UplinkMessage.Type] { ReportKind.byPort.filter { $0.isUsed(by: self) } }

    /// Decodes an uplink by itself, with no state of earlier ones.
    public func decode(port: Int, _ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        withKeys(try plainReport(port: port, bytes))
    }

    private func plainReport(port: Int, _ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        guard let message = messages.first(where: { Int($0.kind.port) == port }) else {
            throw .unknownPort(port, known: kinds.map { Int($0.port) })
        }
        return try message.decode(bytes, by: self)
    }

    /// Decodes a downlink as it goes to a bridge.
    public func decodeDownlink(port: Int, _ bytes: [UInt8]) throws(DecodeError) -> DecodedReport {
        guard port == Int(ReportKind.commandPort) else {
            throw .unknownPort(port, known: [Int(ReportKind.commandPort)])
        }
        return try CommandFrame.decode(bytes, meters: meters)
    }
}
