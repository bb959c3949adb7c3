import HardwareSimulators
import MeterValues
import TestTags
import Testing
import Timekeeping

@testable import UplinkPayload

/// The codec in services that take no standard decoder, with inputs as their documentation shows them.
@Suite(.tags(.process), .waits, .slow) struct WrapperTests {
    private let schema: PayloadSchema
    private let files: [String: String]
    private let readings: [UInt8]
    private let intervals: [UInt8]

    init() throws {
        schema = try FlatKeyTests.schema(["main"], keys: .plain)
        files = Dictionary(
            uniqueKeysWithValues: schema.wrapperFiles(schema.javaScriptCodec()).map { ($0.path, $0.text) })
        let fields = schema.intervalLayouts[0].fields
        readings = schema.layouts[0].encode(ExampleReadings.reading(for: fields), meter: 0)
        let newest = QuarterHour(number: 241_729)
        let uses: [[Int64]] = [[112, 1, 140], [0, 2, 0]]
        let entries = uses.enumerated().map { register, uses -> [IntervalEntry] in
            var value: Int64 = register == 0 ? 25_653 : 40
            return (0...3).map { age in
                defer { if age < 3 { value -= uses[age] } }
                return IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: 0)
            }
        }
        intervals = try #require(
            schema.intervalLayouts[0].encode(IntervalHistory(newest: newest, entries: entries), meter: 0, limit: 51)
        ).bytes
    }

    private func list(_ bytes: [UInt8]) -> String { "[\(bytes.map(String.init).joined(separator: ","))]" }

    private func hex(_ bytes: [UInt8]) -> String {
        PayloadVector(direction: .uplink, description: "", port: 1, bytes: bytes, result: .failure(.empty)).hex
    }

    private func wrapper(_ name: String) throws -> String { try #require(files["wrappers/\(name).js"]) }

    @Test(arguments: CodecEngines.all)
    func `Datacake gets fields, with the time in seconds of what is not of now`(engine: JavaScriptEngine) throws {
        let results = try engine.evaluate(
            codec: try wrapper("datacake"),
            ["Decoder(\(list(readings)), 1)", "Decoder(\(list(intervals)), 2).slice(0, 4)"])
        #expect(
            results == [
                #"[{"field":"IMPORT_KWH","value":12345.678},{"field":"EXPORT_KWH","value":12345.679}]"#,
                #"[{"field":"IMPORT_KWH","value":25.653,"timestamp":1795392900},"#
                    + #"{"field":"EXPORT_KWH","value":0.04,"timestamp":1795392900},"#
                    + #"{"field":"IMPORT_KWH_USED","value":0.14,"timestamp":1795390200},"#
                    + #"{"field":"EXPORT_KWH_USED","value":0,"timestamp":1795390200}]"#,
            ])
    }

    /// Of both servers' events as the collector's facts have them.
    @Test(arguments: CodecEngines.all)
    func `ThingsBoard gets the device and its telemetry, out of the events of both servers`(engine: JavaScriptEngine)
        throws
    {
        let code = try wrapper("thingsboard")
        let base64 = { (bytes: [UInt8]) in "p1Base64(\(list(bytes)))" }
        let tools = """
            function p1Base64(bytes) {
              var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", text = "";
              for (var i = 0; i < bytes.length; i += 3) {
                var bits = bytes[i] * 65536 + (bytes[i + 1] || 0) * 256 + (bytes[i + 2] || 0);
                for (var n = 0; n < 4; n += 1) {
                  text += i + n > bytes.length ? "=" : alphabet.charAt(Math.floor(bits / Math.pow(64, 3 - n)) % 64);
                }
              }
              return text;
            }
            function p1Event(event) {
              return JSON.stringify(event).split("").map(function (letter) { return letter.charCodeAt(0); });
            }
            function convert(payload, metadata) {
            \(code)
            }
            """
        let things = { (port: Int, bytes: [UInt8]) in
            """
            convert(p1Event({end_device_ids: {device_id: "cellar", dev_eui: "70B3D57ED0012345"},
              received_at: "2026-11-27T13:45:12.014Z", uplink_message: {f_port: \(port), f_cnt: 1024,
              frm_payload: \(base64(bytes)), received_at: "2026-11-27T13:45:11.809Z"}}), {})
            """
        }
        let chirp = """
            convert(p1Event({time: "2026-11-27T13:45:11.775+00:00", deviceInfo: {deviceName: "cellar",
              devEui: "70b3d57ed0012345"}, fCnt: 1024, fPort: 1, data: \(base64(readings))}), {})
            """
        let results = try engine.evaluate(
            codec: tools, [things(1, readings), chirp, "\(things(2, intervals)).telemetry.slice(0, 2)"])
        let head =
            #"{"deviceName":"cellar","deviceType":"p1lora","attributes":{"devEui":"70B3D57ED0012345"},"telemetry":"#
        let values = #""values":{"import_kwh":12345.678,"export_kwh":12345.679}}]}"#
        #expect(
            results == [
                head + #"[{"ts":1795787111809,"# + values, head + #"[{"ts":1795787111775,"# + values,
                #"[{"ts":1795392900000,"values":{"import_kwh":25.653,"export_kwh":0.04}},"#
                    + #"{"ts":1795390200000,"values":{"import_kwh_used":0.14,"export_kwh_used":0}}]"#,
            ])
    }

    @Test(arguments: CodecEngines.all)
    func `TagoIO gets variables beside those of its connector, and errors as one`(engine: JavaScriptEngine) throws {
        func parse(_ port: Int, _ bytes: [UInt8]) throws -> String {
            """
            (function () { var payload = [{variable: "payload", value: "\(hex(bytes))", group: "g1"},
              {variable: "fport", value: \(port), group: "g1"}];
            \(try wrapper("tagoio"))
            return payload; })()
            """
        }
        let results = try engine.evaluate(
            codec: "", [try parse(1, readings) + "[2]", try parse(2, intervals) + "[2]", try parse(1, [1, 2, 3])])
        #expect(
            results == [
                #"{"variable":"import_kwh","value":12345.678,"group":"g1","unit":"kWh"}"#,
                #"{"variable":"import_kwh","value":25.653,"group":"g1","unit":"kWh","time":"2026-11-23T00:15:00.000Z"}"#,
                #"[{"variable":"parse_error","value":"layout tag 1, expected \#(schema.layouts[0].tag): "#
                    + #"this decoder was made for another configuration"}]"#,
            ])
    }

    @Test(arguments: CodecEngines.all)
    func `Home Assistant gets live registers with unit and class, and no old one`(engine: JavaScriptEngine) throws {
        let call = { (port: Int, bytes: [UInt8], time: String) in
            "decodeUplink({fPort: \(port), bytes: \(list(bytes)), recvTime: new Date('\(time)')})"
        }
        let results = try engine.evaluate(
            codec: try wrapper("home-assistant"),
            [
                call(1, readings, "2026-11-23T00:20:00Z"),
                call(2, intervals, "2026-11-23T00:20:00Z") + ".data.import_kwh",
                call(2, intervals, "2026-11-23T00:40:00Z"), call(1, [1], "2026-11-23T00:40:00Z") + ".errors.length",
            ])
        func attributes(_ key: String) -> String {
            #""_sensor_attr_\#(key)_unit":"kWh","_sensor_attr_\#(key)_device_class":"energy","#
                + #""_sensor_attr_\#(key)_state_class":"total_increasing","#
                + #""_sensor_attr_\#(key)_suggested_display_precision":3"#
        }
        #expect(
            results == [
                #"{"data":{"import_kwh":12345.678,\#(attributes("import_kwh")),"#
                    + #""export_kwh":12345.679,\#(attributes("export_kwh"))},"errors":[],"warnings":[]}"#,
                "25.653", #"{"data":{},"errors":[],"warnings":[]}"#, "1",
            ])
    }

    @Test(arguments: CodecEngines.all)
    func `two meters have keys of their own in each service`(engine: JavaScriptEngine) throws {
        let schema = try FlatKeyTests.schema(["main", "heat pump"], keys: .plain)
        let files = Dictionary(
            uniqueKeysWithValues: schema.wrapperFiles(schema.javaScriptCodec()).map { ($0.path, $0.text) })
        let fields = schema.intervalLayouts[0].fields
        let calls = [0, 1].map { meter in
            "Decoder(\(list(schema.layouts[0].encode(ExampleReadings.reading(for: fields), meter: meter))), 1)[0].field"
        }
        let results = try engine.evaluate(codec: try #require(files["wrappers/datacake.js"]), calls)
        #expect(results == ["\"MAIN_IMPORT_KWH\"", "\"HEAT_PUMP_IMPORT_KWH\""])
    }
}
