import FoundationEssentials
import LinuxHardware
import LoRaWAN
import TOMLKit
import Timekeeping
import UplinkPayload

extension BridgeConfiguration {
    /// Reads a configuration file.
    /// - Parameter path: files of keys are looked for beside it.
    public init(contentsOfFile path: String) throws(ConfigurationError) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw ConfigurationError(
                line: nil, "can't be read: is it there, and may this user read it? (config.example.toml is a start)")
        }
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(line: nil, "is not UTF-8, as TOML must be: save it with that encoding")
        }
        try self.init(text: text, folder: folder.isEmpty ? "/" : folder)
    }

    /// - Parameter folder: where files of keys with relative names are.
    public init(text: String, folder: String = ".") throws(ConfigurationError) {
        // The parser would take it for the end of the text. A file that was being written at a power cut has many.
        guard !text.utf8.contains(0) else { throw ConfigurationError(line: nil, "has NUL bytes in it: is it damaged?") }
        let root: ConfigurationTable
        do {
            root = ConfigurationTable(try TOMLTable(string: text), path: "", title: "", lines: KeyLines(text))
        } catch let error as TOMLParseError {
            throw ConfigurationError(line: error.source.begin.line, error.description)
        } catch {
            throw ConfigurationError(line: nil, "\(error)")
        }
        // Asked for all together, so that a misspelt table is told before what is missing because of it.
        let (meterTables, pulseTables, reportTables) = try (
            root.sections("meter"), root.sections("pulse"), root.sections("report")
        )
        let (lorawanTable, radioTable, state) = try (
            root.section("lorawan"), root.section("radio"), root.section("state")
        )
        try root.finish()
        let meters = try meterTables.map { table throws(ConfigurationError) in
            try MeterConfiguration(table, folder: folder)
        }
        let pulses = try pulseTables.map { table throws(ConfigurationError) in try PulseConfiguration(table) }
        let lorawan = try LoRaWANConfiguration(lorawanTable, folder: folder)
        let radio = try RadioConfiguration(radioTable)
        let names = meters.map(\.name) + pulses.map(\.name)
        let (reports, schema) = try Self.reports(reportTables, meters: names, root: root)
        let statePath = try state.string("path") ?? "/var/lib/p1lora/state.db"
        try state.finish()
        try Self.checkNames(names, root)
        try Self.checkPins(pulses, radio, pulseTables)
        guard !reports.isEmpty else { throw root.error(nil, "there is no [[report]]: the bridge has nothing to send") }
        self.init(
            meters: meters, pulses: pulses, lorawan: lorawan, radio: radio, reports: reports, schema: schema,
            statePath: statePath)
    }

    private static func checkNames(
        _ names: [String], _ root: ConfigurationTable
    ) throws(ConfigurationError) {
        guard !names.isEmpty else {
            throw root.error(nil, "there is no [[meter]] and no [[pulse]]: the bridge has nothing to read")
        }
        guard names.count <= ReadingsLayout.mostMeters else {
            throw root.error("meter", "\(names.count) meters, at most \(ReadingsLayout.mostMeters) fit a frame")
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw root.error("meter", "two meters are called \"\(name)\"")
        }
    }

    private static func checkPins(
        _ pulses: [PulseConfiguration], _ radio: RadioConfiguration, _ tables: [ConfigurationTable]
    ) throws(ConfigurationError) {
        var taken: [GPIOAddress: String] = [:]
        if case .sx127x(let chip) = radio {
            for line in [chip.resetLine, chip.dio0Line].compactMap({ $0 }) {
                taken[GPIOAddress(chip: chip.gpioChip, line: UInt32(line))] = "the radio"
            }
        }
        for (pulse, table) in zip(pulses, tables) {
            if let user = taken.updateValue(pulse.name, forKey: pulse.pin) {
                throw table.error("line", "\(pulse.pin) is used by \(user) already")
            }
        }
    }

    private static func reports(
        _ tables: [ConfigurationTable], meters: [String], root: ConfigurationTable
    ) throws(ConfigurationError) -> ([ReportConfiguration], PayloadSchema) {
        var drafts: [(ConfigurationTable, ReportKind, TimeSpan, [Int], [Field])] = []
        for table in tables {
            let kind = try table.string("kind") ?? ReportKind.readings.name
            guard let kind = ReportKind(name: kind) else {
                let known = ReportKind.allCases.map(\.name).joined(separator: ", ")
                throw table.error("kind", "\"\(kind)\" is no kind of report, known are: \(known)")
            }
            let every = try table.span("every") ?? .minutes(15)
            let names = try table.strings("meters") ?? meters
            var numbers: [Int] = []
            for name in names {
                guard let number = meters.firstIndex(of: name) else {
                    throw table.error("meters", "there is no [[meter]] or [[pulse]] with the name \"\(name)\"")
                }
                numbers.append(number)
            }
            guard !numbers.isEmpty else {
                throw table.error("meters", "names no meter: leave it out to report all of them")
            }
            let fields = try Self.fields(table)
            try table.finish()
            drafts.append((table, kind, every, numbers, fields))
        }
        do {
            let schema = try PayloadSchema(
                meters: meters, reports: drafts.map(\.4), largestPayload: ReadingsLayout.smallestLimit)
            let reports = zip(drafts, schema.readings).map { draft, layouts in
                ReportConfiguration(kind: draft.1, every: draft.2, meters: draft.3, layouts: layouts)
            }
            return (reports, schema)
        } catch {
            throw (drafts.first?.0 ?? root).error("fields", "\(error)")
        }
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
        guard !fields.isEmpty else { throw table.error("fields", "\(LayoutError.noFields)") }
        return fields
    }
}
