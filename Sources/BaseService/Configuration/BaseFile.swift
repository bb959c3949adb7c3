package import BridgeConfiguration
package import LoRaWAN
package import PrivateLink
package import UplinkBridge

/// What a person wrote in the base's configuration file, checked and with the defaults filled in.
package struct BaseFile: Sendable {
    /// Without a random seed, which each start draws.
    package var base: BaseConfiguration
    package var radio: any ChipKind
    /// Of the devices, in the file's order.
    package var names: [String]
    package var statePath: String
    /// ChirpStack's identifier of the application, which the topics begin with.
    package var application: String
    /// nil without [mqtt]: what is heard is then told in the log alone.
    package var broker: BrokerAccess?
    /// Where others may ask how the base is.
    package var status: StatusConfiguration

    package static let installedPath = "/etc/p1lora-base.toml"
    package static let installedStatePath = "/var/lib/p1lora/base.db"

    /// - Throws: all mistakes of the file, each with its line.
    package init(contentsOfFile path: String, guardsKeys: Bool = false) throws(ConfigurationError) {
        let (bytes, secrets) = try ConfigurationFile.read(path, guardsKeys: guardsKeys)
        try self.init(bytes: bytes, secrets: secrets)
    }

    /// - Parameter folder: where files with relative names are.
    package init(text: String, folder: String = ".") throws(ConfigurationError) {
        try self.init(bytes: Array(text.utf8), secrets: SecretSources(in: folder))
    }

    private init(bytes: [UInt8], secrets: SecretSources) throws(ConfigurationError) {
        let mistakes = MistakeList()
        let root = ConfigurationFile.parse(bytes, into: mistakes)
        self = try mistakes.checked(Self(root, secrets: secrets))
    }

    /// Every section is read, whatever was wrong with the one before.
    /// - Returns: nil when a mistake was told.
    private init?(_ root: ConfigurationTable, secrets: SecretSources) {
        let (base, mqtt) = (root.section("base"), root.section("mqtt"))
        let radioTable = root.section("radio")
        status = StatusConfiguration(status: root.section("status"), metrics: root.section("metrics"))
        let deviceTables = root.sections("device", most: 64)
        root.finish()
        let radio = RadioKinds.read(radioTable)
        let region = Self.region(base)
        let rate = base.dataRate("data_rate", of: region)
        let network = PrivateNetwork(base, region: region, dataRate: rate)
        let moves = base.boolean("moves_data_rate") ?? true
        let delay = base.integer("rx_delay", in: 1...15) ?? 2
        let gain = base.tenths("antenna_gain_dbi", in: -200...200) ?? 21
        let power = base.integer("max_power_dbm", in: 2...20) ?? 20
        let state = base.string("state") ?? Self.installedStatePath
        let application = base.string("application") ?? "p1lora"
        if application.contains(where: { "/+#".contains($0) }) {
            base.refuse("application", "is a part of a topic: it has no / + or #")
        }
        base.finish()
        broker = mqtt.line == nil ? nil : BrokerAccess(mqtt, prefix: application, secrets: secrets)
        mqtt.finish()
        let devices = deviceTables.compactMap { DeviceSection($0, secrets: secrets) }
        guard let radio, let region, let network else { return nil }
        guard let chip = radio as? any ChipKind else {
            radioTable.refuse("type", "a base needs a chip on an SPI bus, \"sx127x\" or \"sx126x\"")
            return nil
        }
        var configuration = BaseConfiguration(
            region: region, frequency: network.frequency, dataRate: network.dataRate,
            pairingDataRate: network.pairingDataRate, devices: devices.map(\.registration), randomSeed: 0)
        configuration.movesDataRate = moves
        configuration.rxDelay = UInt8(delay)
        configuration.antennaGain = gain * 10
        let range = radio.conductedPower
        configuration.conductedPower = range.lowerBound...max(range.lowerBound, min(range.upperBound, power))
        let needed = moves ? region.narrowDataRates : [network.dataRate, network.pairingDataRate]
        if !needed.allSatisfy({ chip.canDo($0, of: region) }) {
            radioTable.refuse(
                "part",
                "an LLCC68 has SF5 to SF9 at 125 kHz: a base with it needs moves_data_rate = false, and a data_rate and "
                    + "pairing_data_rate that it has")
        }
        do {
            try configuration.check()
        } catch {
            base.refuse(nil, "\(error)")
        }
        (self.base, self.radio, statePath, self.application) = (configuration, chip, state, application)
        names = devices.map(\.name)
    }

    private static func region(_ table: ConfigurationTable) -> Region? {
        guard let name = table.string("region") else { return table.holds("region") ? nil : .eu868 }
        do {
            return try Region(named: name)
        } catch {
            table.refuse("region", "\(error)")
            return nil
        }
    }

    /// Paths of the status socket, best first: in the folder that systemd makes for the service, else beside the state file.
    package var statusSockets: [String] { status.candidates(statePath: statePath, runFolder: "/run/p1lora-base") }

    /// For people: what the file calls a device.
    package func name(of device: DevEUI) -> String {
        zip(base.devices, names).first { $0.0.devEUI == device }?.1 ?? "\(device)"
    }
}

/// [[device]]
private struct DeviceSection {
    let name: String
    let registration: DeviceRegistration

    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable, secrets: SecretSources) {
        let name = table.string("name")
        let device = table.devEUI()
        let join = table.joinEUI()
        let key = SecretFile.key("app_key", in: table, from: secrets)
        if key == nil, !table.holds("app_key"), !table.holds("app_key_file") {
            table.missing("app_key", "is missing: \"p1lora base pair\" makes one for both ends")
        }
        table.finish()
        guard let device, let join, let key else { return nil }
        self.name = name ?? "\(device)"
        registration = DeviceRegistration(devEUI: device, joinEUI: join, appKey: key)
    }
}
