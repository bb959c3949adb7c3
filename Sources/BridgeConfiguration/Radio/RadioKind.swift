package import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers

/// A kind of radio, as a configuration describes one of it: all that is known of it without opening a device.
package protocol RadioKind: Sendable {
    /// What `type` in [radio] is set to.
    static var name: String { get }
    /// Of a module, which has a MAC of its own; else nil.
    static var macVersion: ModuleMACVersion? { get }
    /// Of a transceiver chip; else nil.
    static var chip: (any RadioChip.Type)? { get }
    /// Boards that carry it, the one that is wired by hand first.
    static var boards: [BoardChoice] { get }
    /// What `part` may be set to, the commonest first; none where the chip itself tells what it is.
    static var parts: [String] { get }

    /// Reads the options of [radio]; the caller sees that nothing else is in it. nil when a mistake was told.
    init?(_ table: ConfigurationTable)
    /// Whether it fits what else is configured.
    func check(_ neighbours: RadioNeighbours)
    /// Whether it has a data rate of the region.
    func canDo(_ rate: DataRate, of region: Region) -> Bool

    /// The lines that it takes.
    var pins: [GPIOAddress] { get }
    /// Whether the thread that serves it has windows to open on time.
    var isTimeCritical: Bool { get }
    /// What carries the frames, and to which server as far as anybody knows.
    var medium: String { get }
    /// dBm that it can put out.
    var conductedPower: ClosedRange<Int> { get }
}

extension RadioKind {
    package static var macVersion: ModuleMACVersion? { nil }
    package static var chip: (any RadioChip.Type)? { nil }
    package static var boards: [BoardChoice] { [] }
    package static var parts: [String] { [] }
    package func check(_ neighbours: RadioNeighbours) {}
    package func canDo(_: DataRate, of _: Region) -> Bool { true }
    package var pins: [GPIOAddress] { [] }
    package var medium: String { "air" }
    package var isSimulated: Bool { self is SimulatedRadioKind }
}

/// The kinds that there are.
package enum RadioKinds {
    package static let all: [any RadioKind.Type] = [
        SX127xConfiguration.self,
        SX126xConfiguration.self,
        ModuleConfiguration<RN2483>.self,
        ModuleConfiguration<LoRaE5>.self,
        ModuleConfiguration<RAK3172>.self,
        UDPGatewayConfiguration.self,
        SimulatedRadioKind.self,
    ]

    /// "sx127x, sx126x, ... or simulated", for people.
    package static var names: String { listed(all) }
    /// Those with a chip or a module on this machine.
    package static var namesOfDevices: String { listed(all.filter { $0.chip != nil || $0.macVersion != nil }) }

    private static func listed(_ kinds: [any RadioKind.Type]) -> String {
        let names = kinds.map { $0.name }
        return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }

    /// Asks each kind of chip whether it is on a bus.
    /// - Returns: nil when nobody answers whom one of them knows.
    package static func found(on bus: any SPIBus) throws(RadioError) -> FoundChip? {
        for kind in all {
            if let answer = try kind.chip?.answer(on: bus) { return FoundChip(kind: kind, answer: answer) }
        }
        return nil
    }

    /// Reads [radio].
    /// - Returns: nil when a mistake was told.
    package static func read(_ table: ConfigurationTable) -> (any RadioKind)? {
        let name = table.string("type") ?? SX127xConfiguration.name
        guard let kind = named(name) else {
            // Which other keys there may be depends on it.
            table.refuse("type", ConfigurationTable.unknown(name, all.map { $0.name }))
            return nil
        }
        let radio = kind.init(table)
        table.finish()
        return radio
    }

    /// The MAC of the module that a file names as its radio; nil where it names another radio.
    package static func macVersion(inFile path: String) throws(ConfigurationError) -> ModuleMACVersion? {
        let (bytes, _) = try ConfigurationFile.read(path)
        let name = ConfigurationFile.parse(bytes, into: MistakeList()).section("radio").string("type")
        return name.flatMap { named($0)?.macVersion }
    }

    private static func named(_ name: String) -> (any RadioKind.Type)? { all.first { $0.name == name } }
}

/// What else is configured, and where to say so when it does not fit.
package struct RadioNeighbours {
    let meters: [MeterConfiguration]
    let lorawan: LoRaWANConfiguration
    /// [lorawan].
    let lorawanTable: ConfigurationTable
    /// [radio].
    let table: ConfigurationTable
}
