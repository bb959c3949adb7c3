import BridgePlanning
import HardwareInterfaces
import UplinkPayload

extension BridgeConfiguration {
    /// Reads a configuration file.
    /// - Parameters:
    ///   - path: files of keys are looked for among systemd's credentials, then beside it.
    ///   - guardsKeys: refuses a file with keys in it that others than its owner can read (TR007 2.3), and keys that
    ///     everybody knows, unless the radio is simulated.
    package init(contentsOfFile path: String, guardsKeys: Bool = false) throws(ConfigurationError) {
        var (bytes, secrets) = try ConfigurationFile.read(path, guardsKeys: guardsKeys)
        secrets.refusesExamples = guardsKeys
        try self.init(bytes: bytes, secrets: secrets, newer: [path])
    }

    /// - Parameter folder: where files of keys with relative names are.
    package init(text: String, folder: String = ".") throws(ConfigurationError) {
        try self.init(bytes: Array(text.utf8), secrets: SecretSources(folder: folder), newer: [])
    }

    /// - Parameter newer: the files that name this one as older, and those that name them.
    private init(bytes: [UInt8], secrets: SecretSources, newer: [String]) throws(ConfigurationError) {
        let mistakes = MistakeList()
        let tables = SectionTables(ConfigurationFile.parse(bytes, into: mistakes))
        self = try mistakes.checked(Self(tables, secrets: secrets, newer: newer))
    }

    /// Every section is read, whatever was wrong with the one before.
    /// - Returns: nil when a mistake was told.
    private init?(_ tables: SectionTables, secrets: SecretSources, newer: [String]) {
        let meters = tables.numbered(tables.meters).compactMap {
            MeterConfiguration($0, number: $1, secrets: secrets)
        }
        let pulses = tables.numbered(tables.pulses).compactMap { PulseConfiguration($0, number: $1) }
        let lorawan = LoRaWANConfiguration(tables.lorawan, secrets: secrets)
        let radio = RadioKinds.read(tables.radio)
        let profile = tables.planner.choice("profile", PlannerProfile.self) ?? .quarterHours
        let hasCollector = tables.planner.boolean("collector") ?? false
        let sendsParity = tables.planner.boolean("parity") ?? false
        if sendsParity, !hasCollector {
            tables.planner.refuse("parity", "needs collector = true: nobody else computes what was lost")
        }
        tables.planner.finish()
        let codec = CodecSection(tables.codec, folder: secrets.folder, newer: newer)
        let reports = Self.reports(
            tables.reports, meters: tables.names, profile: profile, smallestPayload: lorawan?.smallestPayload,
            older: codec.older.map(\.schema), keys: codec.keys, codec: tables.codec)
        let statePath = tables.state.string("path") ?? Self.installedStatePath
        tables.state.finish()
        let status = StatusConfiguration(status: tables.status, metrics: tables.metrics)
        let broker = BrokerConfiguration(tables.mqtt, secrets: secrets)
        let web = WebConfiguration(tables.web, secrets: secrets)
        tables.checkCounts()
        guard let lorawan, let radio, let (reports, schema) = reports else { return nil }
        radio.check(
            RadioNeighbours(meters: meters, lorawan: lorawan, lorawanTable: tables.lorawan, table: tables.radio))
        if lorawan.privateNetwork != nil, type(of: radio).chip == nil {
            tables.lorawan.refuse(
                "network",
                "\"private\" needs a chip on an SPI bus ([radio] type): a module or a gateway has a network of its own")
        }
        codec.check(against: lorawan)
        Self.checkPins(pulses, radio, tables.pulses)
        self.init(
            meters: meters, pulses: pulses, lorawan: lorawan, radio: radio, reports: reports, planner: profile,
            schema: schema, statePath: statePath, status: status, broker: broker, web: web)
        self.hasCollector = hasCollector
        self.sendsParity = sendsParity
        checkExamples(tables, refuses: secrets.refusesExamples)
    }

    /// Keys that everybody knows are refused where something is sent with them, else noted.
    private mutating func checkExamples(_ tables: SectionTables, refuses: Bool) {
        var found = ExampleSecrets.found(in: lorawan).map { (tables.lorawan, $0.key, $0.message) }
        for meter in meters {
            guard let secret = ExampleSecrets.found(in: meter) else { continue }
            found.append((tables.inOrder[meter.number], secret.key, secret.message))
        }
        for (table, key, message) in found {
            let written = table.holds(key) ? key : key + "_file"
            if refuses, !radio.isSimulated { table.refuse(written, message) }
            exampleSecrets.append("\(table.title) \(written): \(message)")
        }
    }

    private static func checkPins(
        _ pulses: [PulseConfiguration], _ radio: any RadioKind, _ tables: [ConfigurationTable]
    ) {
        var taken = Dictionary(radio.pins.map { ($0, "the radio") }) { $1 }
        guard pulses.count == tables.count else { return }
        for (pulse, table) in zip(pulses, tables) {
            guard let pin = pulse.source.pin, let user = taken.updateValue(pulse.name, forKey: pin) else { continue }
            table.refuse("line", "\(pin) is used by \(user) already")
        }
    }
}

extension LoRaWANConfiguration {
    /// Reads the [lorawan] table of a configuration file, whatever else is in it.
    package init(contentsOfFile path: String, guardsKeys: Bool = false) throws(ConfigurationError) {
        let (bytes, secrets) = try ConfigurationFile.read(path, guardsKeys: guardsKeys)
        let mistakes = MistakeList()
        let table = ConfigurationFile.parse(bytes, into: mistakes).section("lorawan")
        self = try mistakes.checked(Self(table, secrets: secrets))
    }
}
