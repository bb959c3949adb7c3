import LinuxHardware
import UplinkPayload

extension BridgeConfiguration {
    /// Reads a configuration file.
    /// - Parameters:
    ///   - path: files of keys are looked for among systemd's credentials, then beside it.
    ///   - guardsKeys: refuses a file with keys in it that others than its owner can read (TR007 2.3).
    public init(contentsOfFile path: String, guardsKeys: Bool = false) throws(ConfigurationError) {
        let (text, secrets) = try ConfigurationText.read(path, guardsKeys: guardsKeys)
        try self.init(text: text, secrets: secrets, newer: [path])
    }

    /// The layouts of configurations that were in use before, which decoders go on to know.
    private static func olderSchemas(
        _ table: ConfigurationTable, folder: String, newer: [String]
    ) throws(ConfigurationError) -> [PayloadSchema] {
        var schemas: [PayloadSchema] = []
        for file in try table.strings("older") ?? [] {
            let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
            guard newer.count < 20, !newer.contains(path) else {
                throw table.error("older", "\(path) names itself, or one that names it")
            }
            do {
                let (text, secrets) = try ConfigurationText.read(path)
                schemas.append(
                    try BridgeConfiguration(text: text, secrets: secrets, newer: newer + [path]).schema)
            } catch {
                throw table.error("older", "\(path): \(error)")
            }
        }
        try table.finish()
        return schemas
    }

    /// - Parameter folder: where files of keys with relative names are.
    public init(text: String, folder: String = ".") throws(ConfigurationError) {
        try self.init(text: text, secrets: SecretSources(folder: folder), newer: [])
    }

    /// - Parameter newer: the files that name this one as older, and those that name them.
    private init(text: String, secrets: SecretSources, newer: [String]) throws(ConfigurationError) {
        let root = try ConfigurationText.parse(text)
        // Asked for all together, so that a misspelt table is told before what is missing because of it.
        let (meterTables, pulseTables, reportTables) = try (
            root.sections("meter"), root.sections("pulse"), root.sections("report")
        )
        let (lorawanTable, radioTable, state, codec) = try (
            root.section("lorawan"), root.section("radio"), root.section("state"), root.section("codec")
        )
        let plannerTable = try root.section("planner")
        let (status, metrics, mqtt) = try (root.section("status"), root.section("metrics"), root.section("mqtt"))
        try root.finish()
        // The order of the file is that of the numbers, so that a meter of either kind can be added at its end.
        let inOrder = (meterTables + pulseTables).sorted { $0.line ?? 0 < $1.line ?? 0 }
        func number(_ table: ConfigurationTable) -> Int { inOrder.firstIndex { $0 === table } ?? 0 }
        let meters = try meterTables.map { table throws(ConfigurationError) in
            try MeterConfiguration(table, number: number(table), secrets: secrets)
        }
        let pulses = try pulseTables.map { table throws(ConfigurationError) in
            try PulseConfiguration(table, number: number(table))
        }
        let lorawan = try LoRaWANConfiguration(lorawanTable, secrets: secrets)
        let radio = try RadioConfiguration(radioTable)
        let planner = try plannerTable.choice("profile", PlannerProfile.self) ?? .quarterHours
        try plannerTable.finish()
        if case .rn2483(let module) = radio {
            try lorawan.checkModule(lorawanTable)
            if let meter = meters.first(where: { $0.input == module.device }) {
                throw radioTable.error(
                    "device", "\(module.device) is the meter \(meter.name)'s: each needs a port of its own")
            }
        }
        if case .simulated = radio { try lorawan.checkSimulation(lorawanTable) }
        let names = inOrder.map { table in
            meters.first { $0.number == number(table) }?.name ?? pulses.first { $0.number == number(table) }?.name ?? ""
        }
        let older = try Self.olderSchemas(codec, folder: secrets.folder, newer: newer)
        let (reports, schema) = try Self.reports(
            reportTables, meters: names, profile: planner, smallestPayload: lorawan.smallestPayload, older: older,
            root: root)
        let statePath = try state.string("path") ?? "/var/lib/p1lora/state.db"
        try state.finish()
        try Self.checkNames(names, inOrder, root)
        try Self.checkPins(pulses, radio, pulseTables)
        guard !reports.isEmpty else { throw root.error(nil, "there is no [[report]]: the bridge has nothing to send") }
        self.init(
            meters: meters, pulses: pulses, lorawan: lorawan, radio: radio, reports: reports,
            planner: planner, schema: schema,
            statePath: statePath, status: try StatusConfiguration(status: status, metrics: metrics),
            broker: try BrokerConfiguration(mqtt, secrets: secrets))
    }

    private static func checkNames(
        _ names: [String], _ tables: [ConfigurationTable], _ root: ConfigurationTable
    ) throws(ConfigurationError) {
        guard !names.isEmpty else {
            throw root.error(nil, "there is no [[meter]] and no [[pulse]]: the bridge has nothing to read")
        }
        guard names.count <= ReadingsLayout.mostMeters else {
            throw root.error("meter", "\(names.count) meters, at most \(ReadingsLayout.mostMeters) fit a frame")
        }
        var seen: Set<String> = []
        for (name, table) in zip(names, tables) where !seen.insert(name).inserted {
            throw table.error("name", "two meters are called \"\(name)\"")
        }
    }

    private static func checkPins(
        _ pulses: [PulseConfiguration], _ radio: RadioConfiguration, _ tables: [ConfigurationTable]
    ) throws(ConfigurationError) {
        var taken: [GPIOAddress: String] = [:]
        switch radio {
        case .sx127x(let chip):
            for line in [chip.selectLine, chip.resetLine, chip.dio0Line, chip.dio1Line].compactMap({ $0 }) {
                taken[GPIOAddress(chip: chip.gpioChip, line: UInt32(line))] = "the radio"
            }
        case .rn2483(let module): if let reset = module.reset { taken[reset] = "the radio" }
        case .udpGateway, .simulated: break
        }
        for (pulse, table) in zip(pulses, tables) {
            if let user = taken.updateValue(pulse.name, forKey: pulse.pin) {
                throw table.error("line", "\(pulse.pin) is used by \(user) already")
            }
        }
    }
}

extension LoRaWANConfiguration {
    /// Reads the [lorawan] table of a configuration file, whatever else is in it.
    public init(contentsOfFile path: String, guardsKeys: Bool = false) throws(ConfigurationError) {
        let (text, secrets) = try ConfigurationText.read(path, guardsKeys: guardsKeys)
        try self.init(try ConfigurationText.parse(text).section("lorawan"), secrets: secrets)
    }
}
