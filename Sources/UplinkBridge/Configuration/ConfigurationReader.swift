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
        try self.init(contentsOfFile: path, generation: 0)
    }

    /// - Parameter generation: how many newer configurations name this one as older.
    private init(contentsOfFile path: String, generation: Int) throws(ConfigurationError) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw ConfigurationError(
                line: nil, "can't be read: is it there, and may this user read it? (config.example.toml is a start)")
        }
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(line: nil, "is not UTF-8, as TOML must be: save it with that encoding")
        }
        try self.init(text: text, folder: folder.isEmpty ? "/" : folder, generation: generation)
    }

    /// The layouts of configurations that were in use before, which decoders go on to know.
    private static func olderSchemas(
        _ table: ConfigurationTable, folder: String, generation: Int
    ) throws(ConfigurationError) -> [PayloadSchema] {
        var schemas: [PayloadSchema] = []
        for file in try table.strings("older") ?? [] {
            guard generation < 20 else { throw table.error("older", "names itself, or one that names this file") }
            let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
            do {
                schemas.append(try BridgeConfiguration(contentsOfFile: path, generation: generation + 1).schema)
            } catch {
                throw table.error("older", "\(path): \(error)")
            }
        }
        try table.finish()
        return schemas
    }

    /// - Parameter folder: where files of keys with relative names are.
    public init(text: String, folder: String = ".") throws(ConfigurationError) {
        try self.init(text: text, folder: folder, generation: 0)
    }

    private init(text: String, folder: String, generation: Int) throws(ConfigurationError) {
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
        let (lorawanTable, radioTable, state, codec) = try (
            root.section("lorawan"), root.section("radio"), root.section("state"), root.section("codec")
        )
        try root.finish()
        // The order of the file is that of the numbers, so that a meter of either kind can be added at its end.
        let inOrder = (meterTables + pulseTables).sorted { $0.line ?? 0 < $1.line ?? 0 }
        func number(_ table: ConfigurationTable) -> Int { inOrder.firstIndex { $0 === table } ?? 0 }
        let meters = try meterTables.map { table throws(ConfigurationError) in
            try MeterConfiguration(table, number: number(table), folder: folder)
        }
        let pulses = try pulseTables.map { table throws(ConfigurationError) in
            try PulseConfiguration(table, number: number(table))
        }
        let lorawan = try LoRaWANConfiguration(lorawanTable, folder: folder)
        let radio = try RadioConfiguration(radioTable)
        let names = inOrder.map { table in
            meters.first { $0.number == number(table) }?.name ?? pulses.first { $0.number == number(table) }?.name ?? ""
        }
        let older = try Self.olderSchemas(codec, folder: folder, generation: generation)
        let (reports, schema) = try Self.reports(reportTables, meters: names, older: older, root: root)
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
}
