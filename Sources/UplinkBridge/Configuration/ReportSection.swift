import Timekeeping
import UplinkPayload

/// A [[report]] as it is written, before all of them together are laid out.
private struct ReportDraft {
    let table: ConfigurationTable
    let every: TimeSpan
    let isPeriodAsked: Bool
    let meters: [Int]
    let content: ReportContent
}

extension BridgeConfiguration {
    /// - Parameters:
    ///   - profile: chooses the periods that are left out.
    ///   - smallestPayload: bytes of the slowest data rate in use.
    ///   - older: of configurations whose layouts stay decodable.
    static func reports(
        _ tables: [ConfigurationTable], meters: [String], profile: PlannerProfile, smallestPayload: Int,
        older: [PayloadSchema],
        root: ConfigurationTable
    ) throws(ConfigurationError) -> ([ReportConfiguration], PayloadSchema) {
        let drafts = try tables.map { table throws(ConfigurationError) in
            try ReportDraft(table, meters: meters, profile: profile, smallestPayload: smallestPayload)
        }
        // A downlink's command tells them apart in seven bits.
        guard drafts.count <= 127 else { throw root.error("report", "\(drafts.count) reports, at most 127") }
        let schema: PayloadSchema
        do {
            schema = try PayloadSchema(
                meters: meters, reports: drafts.map(\.content), largestPayload: smallestPayload, older: older)
        } catch .otherMeters(let before, let now) {
            throw root.error("codec.older", "\(LayoutError.otherMeters(before, now: now))")
        } catch {
            throw (drafts.first?.table ?? root).error("fields", "\(error)")
        }
        let reports = zip(drafts, schema.reports).map { draft, layout in
            var report = ReportConfiguration(
                kind: layout.kind, every: draft.every, isPeriodAsked: draft.isPeriodAsked, meters: draft.meters)
            switch layout {
            case .readings(let layouts): report.layouts = layouts
            case .intervals(let intervals): report.intervals = intervals
            case .status: break
            }
            return report
        }
        return (reports, schema)
    }
}

extension ReportDraft {
    /// - Parameter names: of all meters.
    init(
        _ table: ConfigurationTable, meters names: [String], profile: PlannerProfile, smallestPayload: Int
    ) throws(ConfigurationError) {
        let text = try table.string("kind") ?? ReportKind.readings.name
        guard let kind = ReportKind(name: text) else {
            throw table.error("kind", "\"\(text)\" is no kind of report, known are: readings, intervals, status")
        }
        self.table = table
        let asked = try Self.period(table)
        (every, isPeriodAsked) = (asked ?? profile.period(of: kind), asked != nil)
        switch kind {
        case .readings:
            meters = try Self.numbers(table, names)
            content = .readings(try Self.fields(table))
        case .intervals:
            meters = try Self.numbers(table, names)
            let fields = try Self.fields(table)
            do {
                _ = try PayloadSchema(
                    meters: names, reports: [.intervals(fields)], largestPayload: smallestPayload)
            } catch {
                throw table.error("fields", "\(error)")
            }
            content = .intervals(fields)
        case .status:
            meters = []
            content = .status
        case .alarm, .reply:
            throw table.error("kind", "\"\(text)\" is sent when there is a reason: it needs no [[report]]")
        }
        try table.finish()
    }

    /// Downlinks can set it too, in steps of 10 s that 16 bits hold.
    private static func period(_ table: ConfigurationTable) throws(ConfigurationError) -> TimeSpan? {
        guard let every = try table.span("every") else { return nil }
        guard every.seconds % 10 == 0, every >= .seconds(10), every <= .hours(7 * 24) else {
            throw table.error("every", "must be from 10s to 7d in steps of 10 s, this is \(every)")
        }
        return every
    }

    private static func numbers(
        _ table: ConfigurationTable, _ known: [String]
    ) throws(ConfigurationError) -> [Int] {
        var numbers: [Int] = []
        for name in try table.strings("meters") ?? known {
            guard let number = known.firstIndex(of: name) else {
                throw table.error("meters", "there is no [[meter]] or [[pulse]] with the name \"\(name)\"")
            }
            numbers.append(number)
        }
        guard !numbers.isEmpty else {
            throw table.error("meters", "names no meter: leave it out to report all of them")
        }
        return numbers
    }

    private static func fields(_ table: ConfigurationTable) throws(ConfigurationError) -> [Field] {
        var fields: [Field] = []
        for element in try table.elements("fields") ?? [] {
            let request =
                switch element {
                case .text(let source): FieldRequest(source)
                case .table(let details): try FieldRequest(details)
                }
            do {
                let field = try request.field()
                guard !fields.contains(where: { $0.name == field.name }) else {
                    throw LayoutError.duplicateName(field.name)
                }
                fields.append(field)
            } catch {
                throw table.error("fields", "\(error)")
            }
        }
        guard !fields.isEmpty else {
            throw table.missing("fields", "\(LayoutError.noFields)")
        }
        return fields
    }
}
