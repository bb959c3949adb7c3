package import BridgePlanning
import LoRaWAN
import MeterValues
public import UplinkPayload

/// What a decoder has to know of a configuration: meters, reports, layouts.
///
/// Of the file only [[meter]], [[pulse]], [[report]] and [codec] are needed. Of [lorawan], where it is there, region, class
/// and data rates are read, and of [planner] the profile. Keys are passed over, and files of keys are never opened: so a
/// network server's side needs no secret of the bridge.
public struct LayoutConfiguration: Sendable {
    /// In the order of their numbers.
    public let meterNames: [String]
    package let reports: [ReportConfiguration]
    /// The layouts and meters: what a decoder has to know.
    public let schema: PayloadSchema
    package let model: DeviceModel
    /// The slowest data rate that each report must fit.
    let lowestDataRate: DataRate
    /// Those that were in use before, in the order of the file.
    let older: [LayoutConfiguration]

    /// - Throws: all mistakes of the file, each with its line.
    public init(contentsOfFile path: String) throws(ConfigurationError) {
        try self.init(contentsOfFile: path, newer: [path])
    }

    /// - Parameter newer: the files that name this one as older, and those that name them.
    init(contentsOfFile path: String, newer: [String]) throws(ConfigurationError) {
        let (bytes, secrets) = try ConfigurationFile.read(path)
        try self.init(bytes: bytes, folder: secrets.folder, newer: newer)
    }

    /// - Parameters:
    ///   - text: the file's content, TOML 1.0.
    ///   - folder: where older files with relative names are.
    public init(text: String, folder: String = ".") throws(ConfigurationError) {
        try self.init(bytes: Array(text.utf8), folder: folder, newer: [])
    }

    private init(bytes: [UInt8], folder: String, newer: [String]) throws(ConfigurationError) {
        let mistakes = MistakeList()
        let tables = SectionTables(ConfigurationFile.parse(bytes, into: mistakes))
        self = try mistakes.checked(Self(tables, folder: folder, newer: newer))
    }

    /// - Returns: nil when a mistake was told.
    private init?(_ tables: SectionTables, folder: String, newer: [String]) {
        Self.judgeMeters(tables, folder: folder)
        let place = RegionSection(tables.lorawan.line == nil ? tables.codec : tables.lorawan)
        let profile = tables.planner.choice("profile", PlannerProfile.self) ?? .quarterHours
        let codec = CodecSection(tables.codec, folder: folder, newer: newer)
        let lowest = place.region.map { place.lowestDataRate(in: $0) }
        let smallest = place.region.flatMap { region in lowest.map { region.smallestPayload(from: $0) } }
        let found = BridgeConfiguration.reports(
            tables.reports, meters: tables.names, profile: profile, smallestPayload: smallest,
            older: codec.older.map(\.schema),
            keys: codec.keys, codec: tables.codec)
        tables.checkCounts()
        guard let (reports, schema) = found, let region = place.region, let lowest else { return nil }
        meterNames = tables.names
        self.reports = reports
        self.schema = schema
        lowestDataRate = lowest
        older = codec.older
        model = DeviceModel(
            region: region.name, thingsStackRegion: region.servers.thingsStackBand,
            chirpStackRegion: region.servers.chirpStack, isClassC: place.deviceClass == .c,
            maximumPower: (region.maximumPower + 50) / 100)
    }

    /// Tells mistakes in what is written of meters, though a decoder needs their names alone: the file may be the bridge's.
    private static func judgeMeters(_ tables: SectionTables, folder: String) {
        var secrets = SecretSources(folder: folder)
        secrets.areIgnored = true
        for table in tables.inOrder { table.mayLackKeys = true }
        for (table, number) in tables.numbered(tables.meters) {
            _ = MeterConfiguration(table, number: number, secrets: secrets)
        }
        for (table, number) in tables.numbered(tables.pulses) { _ = PulseConfiguration(table, number: number) }
    }

    /// Names of fields that several meters send, with those meters.
    package var sharedKeys: [(meters: [String], keys: [String])] { schema.sharedKeys(reports.map(\.meters)) }
}
