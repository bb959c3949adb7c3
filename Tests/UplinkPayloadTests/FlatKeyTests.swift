import HardwareSimulators
import MeterValues
import TestTags
import Testing
import Timekeeping

@testable import UplinkPayload

/// What consumers need that know a device and a key alone.
@Suite(.tags(.process), .waits, .slow) struct FlatKeyTests {
    static func schema(
        _ meters: [String] = ["main", "heat pump"], keys: FlatKeys = .byMeter, largestPayload: Int = 51
    ) throws -> PayloadSchema {
        let fields = try ["1-0:1.8.0", "1-0:2.8.0"].map { try FieldRequest($0).field() }
        return try PayloadSchema(
            meters: meters, reports: [.readings(fields), .intervals(fields), .status], largestPayload: largestPayload,
            keys: keys)
    }

    @Test func `an intervals report says in front of its registers that they are of the past`() throws {
        let schema = try Self.schema(["main"], keys: .plain)
        let layout = schema.intervalLayouts[0]
        let bytes = try #require(
            layout.encode(ExampleHistories.unknownValues.history(of: layout.fields), meter: 0, limit: 51)?.bytes)
        let keys = try schema.decode(port: 2, bytes).entries.map(\.key)
        #expect(Array(keys.prefix(5)) == ["report", "meter", "history", "time", "import_kwh"])
        let readings = try schema.decode(
            port: 1, schema.layouts[0].encode(ExampleReadings.reading(for: layout.fields), meter: 0))
        #expect(readings["history"] == nil)
    }

    @Test func `with keys by meter no two meters, and no old and new register, share a key`() throws {
        let schema = try Self.schema()
        var owners: [String: String] = [:]
        for message in try Self.messages(schema) {
            let report = try schema.decode(port: message.port, message.bytes)
            for entry in report.entries where !FlatKeys.kept.contains(entry.key) {
                let owner = "\(report["meter"].map(\.json) ?? "-") \(report["history"] == nil ? "now" : "then")"
                #expect(owners[entry.key, default: owner] == owner, "\(entry.key)")
                owners[entry.key] = owner
            }
        }
        #expect(owners["main_import_kwh"] == "\"main\" now" && owners["heat_pump_import_kwh"] == "\"heat pump\" now")
        #expect(owners["main_history_import_kwh"] == "\"main\" then")
        #expect(owners["heat_pump_saturated"] != nil)
    }

    @Test(arguments: CodecEngines.all)
    func `JavaScript makes the same keys by meter`(engine: JavaScriptEngine) throws {
        let schema = try Self.schema(["main", "Haus 2", "haus 2", "été", "√"])
        try engine.expectAgreement(
            with: schema, try Self.messages(schema).map { .init(bytes: $0.bytes, port: UInt8($0.port)) })
        #expect(schema.prefixes == ["main", "haus_2", "meter2", "_t_", "meter4"])
    }

    @Test func `a schema of JSON by meter knows each key that a decoder gives`() throws {
        let schema = try Self.schema()
        let text = schema.uplinkJSONSchema
        for message in try Self.messages(schema) where ![4, 5].contains(message.port) {
            for entry in try schema.decode(port: message.port, message.bytes).entries {
                #expect(text.contains("\"\(entry.key)\":"), "\(entry.key)")
            }
        }
    }

    @Test func `meters that share plain keys are told`() throws {
        let schema = try Self.schema(keys: .plain)
        let shared = schema.sharedKeys([[0, 1], [0], []])
        #expect(shared.count == 1 && shared[0].meters == ["main", "heat pump"])
        #expect(shared[0].keys == ["import_kwh", "export_kwh"])
        #expect(schema.sharedKeys([[0], [1], []]).count == 1, "by another report of the same field, too")
        #expect(schema.sharedKeys([[1], [1], []]).isEmpty)
        #expect(try Self.schema().sharedKeys([[0, 1], [0], []]).isEmpty)
    }

    /// Of each kind, of each meter.
    private static func messages(_ schema: PayloadSchema) throws -> [(port: Int, bytes: [UInt8])] {
        let fields = schema.intervalLayouts[0].fields
        return schema.meters.indices.flatMap { meter -> [(port: Int, bytes: [UInt8])] in
            let readings = [false, true].map { beyond in
                (1, schema.layouts[0].encode(ExampleReadings.reading(for: fields, beyond: beyond), meter: meter))
            }
            let intervals = ExampleHistories.allCases.compactMap { example in
                schema.intervalLayouts[0].encode(example.history(of: fields), meter: meter, limit: 51).map {
                    (2, $0.bytes)
                }
            }
            let alarm = Alarm(.silence, meter: meter, isActive: true, time: nil, value: 70_000, limit: 5)
            let limits = StatusPage.limits([.silence: 5], meter: meter)
            return readings + intervals + [(3, alarm.encode()), (4, limits.encode())]
        } + ReplyMessage.examples(of: schema).map { (5, $0.bytes) }
    }
}
