import BridgeConfiguration
import Collector
import CollectorStore
import Foundation
import MeterValues
import ServerEvents
import Testing
import Timekeeping
import UplinkPayload

/// A folder with a collector's configuration and the bridges', and bridges that send to it.
final class CollectorBench: Sendable {
    let folder = FileManager.default.temporaryDirectory.path + "/collector-\(UUID().uuidString)"
    let configuration: CollectorConfiguration
    let schema: PayloadSchema

    static let bridges = """
        [[meter]]
        name = "main"
        [[meter]]
        name = "it's, \\"gas\\""
        [[report]]
        kind = "intervals"
        fields = ["1-0:1.8.0", "1-0:2.8.0"]
        meters = ["main"]
        [[report]]
        kind = "intervals"
        fields = ["7-0:3.0.0"]
        meters = ["it's, \\"gas\\""]
        [codec]
        region = "EU868"
        """
    static let smallest = """
        [store]
        path = "profile.db"
        [[fleet]]
        configuration = "p1lora.toml"
        """
    static let device = DeviceIdentifier(rawValue: 0x70B3_D57E_D001_2345)

    init(_ text: String = CollectorBench.smallest, bridges: String = CollectorBench.bridges) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try bridges.write(toFile: folder + "/p1lora.toml", atomically: true, encoding: .utf8)
        try text.write(toFile: folder + "/c.toml", atomically: true, encoding: .utf8)
        configuration = try CollectorConfiguration(contentsOfFile: folder + "/c.toml")
        schema = try LayoutConfiguration(text: bridges).schema
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func store() throws -> SQLiteProfileStore { try SQLiteProfileStore(path: folder + "/profile.db") }

    /// A report's payload.
    /// - Parameter values: for each register of the layout, oldest first; the last at `newest`.
    func payload(layout: Int = 0, meter: Int = 0, newest: QuarterHour, _ values: [[Int64?]]) throws -> [UInt8] {
        let entries = values.map { values in
            values.reversed().enumerated().compactMap { age, value in
                value.map {
                    IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: $0, series: 0)
                }
            }
        }
        let history = IntervalHistory(newest: newest, entries: entries)
        return try #require(schema.intervalLayouts[layout].encode(history, meter: meter, limit: 222)).bytes
    }

    func uplink(
        _ payload: [UInt8], port: Int = 2, device: DeviceIdentifier = CollectorBench.device, counter: UInt32 = 1,
        at time: UTCInstant, server: ServerKind = .chirpStack
    ) -> UplinkEvent {
        UplinkEvent(
            device: device, identity: "\(device) \(counter)", port: port, counter: counter, payload: payload,
            receivedAt: time, radio: .init(signal: -97, spreadingFactor: 9),
            address: DeviceAddress(server: server, application: "meters", name: "cellar"))
    }

    /// Imports a text of lines.
    @discardableResult
    func bring(_ text: String, at now: UTCInstant) throws -> (counts: Intake.Counts, told: [String]) {
        let path = folder + "/input.jsonl"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var told: [String] = []
        let counts = try Importing.run(
            LineReader(file, longest: ServerEvent.longest), into: store(), fleets: configuration.fleets, at: { now }
        ) { told.append("\($0) \($1.kind): \($1.text)") }
        return (counts, told)
    }

    func export(
        _ format: ProfileExport.Format = .csv, _ selection: ProfileExport.Selection = .init(), at now: UTCInstant
    ) throws -> String {
        var text: [UInt8] = []
        let export = ProfileExport(try store(), zone: configuration.timeZone, format: format, now: now)
        _ = try export.run(selection) { text += $0 }
        return String(decoding: text, as: UTF8.self)
    }
}
