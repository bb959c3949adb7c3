import BridgePlanning
import ConfigurationText
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
    ///   - meters: the names of all.
    ///   - profile: chooses the periods that are left out.
    ///   - smallestPayload: bytes of the slowest data rate in use; nil where that is not known.
    ///   - older: of configurations whose layouts stay decodable.
    ///   - keys: of decoded reports.
    /// - Returns: nil when a mistake was told.
    static func reports(
        _ tables: [ConfigurationTable], meters: [String], profile: PlannerProfile, smallestPayload: Int?,
        older: [PayloadSchema], keys: FlatKeys, codec: ConfigurationTable
    ) -> ([ReportConfiguration], PayloadSchema)? {
        // What the largest payload can't hold, none can.
        let room = smallestPayload ?? 242
        let drafts = tables.compactMap { ReportDraft($0, meters: meters, profile: profile, smallestPayload: room) }
        guard let first = drafts.first, drafts.count == tables.count else { return nil }
        let schema: PayloadSchema
        do {
            schema = try PayloadSchema(
                meters: meters, reports: drafts.map(\.content), largestPayload: room, older: older,
                keys: keys)
        } catch .otherMeters(let before, let now) {
            codec.refuse("older", "\(LayoutError.otherMeters(before, now: now))")
            return nil
        } catch {
            first.table.refuse("fields", "\(error)")
            return nil
        }
        return (zip(drafts, schema.reports).map { $0.report($1) }, schema)
    }
}

extension ReportDraft {
    /// - Parameter names: of all meters.
    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, meters names: [String], profile: PlannerProfile, smallestPayload: Int) {
        self.table = table
        let text = table.string("kind") ?? ReportKind.readings.name
        let asked = Self.period(table)
        guard let kind = ReportKind(name: text) else {
            table.refuse("kind", "\"\(text.shortened)\" is no kind of report, known are: readings, intervals, status")
            return nil
        }
        (every, isPeriodAsked) = (asked ?? kind.period(profile), asked != nil)
        switch kind.request {
        case .fields:
            meters = Self.numbers(table, names)
            let fields = Self.fields(table)
            table.finish()
            guard let fields else { return nil }
            content = kind == .readings ? .readings(fields) : .intervals(fields)
            guard kind == .readings || Self.canHold(fields, names, smallestPayload, table) else { return nil }
        case .nothing:
            meters = []
            content = .status
            table.finish()
        case .never:
            table.refuse("kind", "\"\(text)\" is sent when there is a reason: it needs no [[report]]")
            return nil
        }
    }

    func report(_ layout: ReportLayout) -> ReportConfiguration {
        var report = ReportConfiguration(
            kind: layout.kind, every: every, isPeriodAsked: isPeriodAsked, meters: meters)
        switch layout {
        case .readings(let layouts): report.layouts = layouts
        case .intervals(let intervals): report.intervals = intervals
        case .status: break
        }
        return report
    }

    /// Whether quarter-hours of these fields fit a frame at all.
    private static func canHold(
        _ fields: [Field], _ names: [String], _ room: Int, _ table: ConfigurationTable
    ) -> Bool {
        do {
            _ = try PayloadSchema(meters: names, reports: [.intervals(fields)], largestPayload: room)
            return true
        } catch {
            table.refuse("fields", "\(error)")
            return false
        }
    }

    /// Downlinks can set it too, in steps of 10 s that 16 bits hold.
    private static func period(_ table: ConfigurationTable) -> TimeSpan? {
        guard let every = table.span("every") else { return nil }
        let step = TimeSpan.seconds(10)
        if every.nanoseconds % step.nanoseconds == 0, every >= step, every <= .hours(7 * 24) { return every }
        table.refuse("every", "must be from 10s to 7d in steps of 10 s, this is \(every)")
        return nil
    }

    private static func numbers(_ table: ConfigurationTable, _ known: [String]) -> [Int] {
        guard let wanted = table.strings("meters") else { return Array(known.indices) }
        if wanted.isEmpty { table.refuse("meters", "names no meter: leave it out to report all of them") }
        var numbers: [Int] = []
        for (name, line) in wanted {
            guard let number = known.firstIndex(of: name) else {
                let hint = EditDistance.nearest(to: name, among: known).map { ", did you mean \"\($0)\"?" } ?? ""
                table.refuse(
                    "meters", line: line,
                    "there is no [[meter]] or [[pulse]] with the name \"\(name.shortened)\"\(hint)")
                continue
            }
            if numbers.contains(number) { table.refuse("meters", line: line, "names \"\(name)\" twice") }
            numbers.append(number)
        }
        return numbers
    }

    private static func fields(_ table: ConfigurationTable) -> [Field]? {
        guard let elements = table.elements("fields") else {
            table.missing("fields", "\(LayoutError.noFields)")
            return nil
        }
        if elements.isEmpty { table.missing("fields", "\(LayoutError.noFields)") }
        var fields: [Field] = []
        for (element, line) in elements {
            do throws(LayoutError) {
                guard let field = try element.request?.field() else { continue }
                if fields.contains(where: { $0.name == field.name }) { throw .duplicateName(field.name) }
                fields.append(field)
            } catch {
                table.refuse("fields", line: line, "\(error)")
            }
        }
        return fields.count == elements.count && !fields.isEmpty ? fields : nil
    }
}

extension ConfigurationTable.Element {
    /// nil when a mistake was told.
    fileprivate var request: FieldRequest? {
        switch self {
        case .text(let source): FieldRequest(source)
        case .table(let details): FieldRequest(details)
        }
    }
}
