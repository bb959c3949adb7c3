import HardwareSimulators
import MeterValues
import SmartMeter
import TestTags
import Testing
import Timekeeping

@testable import UplinkPayload

/// Runs the generated codec under real engines; `apt-get install duktape nodejs` and `pip install quickjs` bring them.
@Suite(.tags(.process), .waits, .slow) struct JavaScriptCodecTests {
    static let cases = 10_000
    static let engines = CodecEngines.all

    @Test func `the strict engine and a modern one are installed`() {
        #expect(
            ["duk", "node"].allSatisfy { name in Self.engines.contains { $0.path.hasSuffix("/" + name) } },
            "apt-get install duktape nodejs: the codec is tested under what is there only")
    }

    @Test(.enabled(if: CodecEngines.quickJS != nil, "pip install quickjs: the engine of ChirpStack is not tested"))
    func `the engine of ChirpStack is installed`() {
        #expect(Self.engines.contains { $0 == CodecEngines.quickJS })
    }

    @Test(arguments: engines)
    func `JavaScript and Swift decode random readings to the same JSON, letter by letter`(
        engine: JavaScriptEngine
    ) throws {
        var random = SeededRandom(seed: 2_026)
        let schema = try RandomMessages.schema(reports: 30, using: &random)
        let uplinks = (0..<Self.cases).map { number in
            RandomMessages.readings(schema.layouts[number % schema.layouts.count], schema, using: &random)
        }
        try engine.expectAgreement(with: schema, uplinks)
    }

    @Test(arguments: engines)
    func `JavaScript and Swift decode random alarms, states and replies to the same JSON`(
        engine: JavaScriptEngine
    ) throws {
        var random = SeededRandom(seed: 11)
        let schema = try RandomMessages.schema(reports: 1, using: &random)
        let uplinks = (0..<Self.cases).map { number -> JavaScriptEngine.Uplink in
            switch number % 3 {
            case 0: .init(bytes: RandomMessages.alarm(using: &random).encode(), port: 3)
            case 1: .init(bytes: RandomMessages.page(using: &random).encode(), port: 4)
            default: .init(bytes: RandomMessages.reply(using: &random).encode(largestPayload: 222)[0], port: 5)
            }
        }
        for uplink in uplinks { _ = try schema.decode(port: Int(uplink.port), uplink.bytes) }
        try engine.expectAgreement(with: schema, uplinks)
    }

    @Test(arguments: engines)
    func
        `random and damaged bytes give an error in the words of the Swift decoder, or valid data, and never an exception`(
            engine: JavaScriptEngine
        ) throws
    {
        var random = SeededRandom(seed: 7)
        let schema = try RandomMessages.schema(reports: 2, using: &random)
        let uplinks = (0..<Self.cases).map { number -> JavaScriptEngine.Uplink in
            var uplink = RandomMessages.uplink(number, schema, using: &random)
            switch number % 5 {
            case 0: uplink.bytes = RandomMessages.bytes(0...60, using: &random)
            case 1: uplink.bytes.removeLast(Int.random(in: 1...uplink.bytes.count, using: &random))
            case 2: uplink.bytes.append(.random(in: 0...255, using: &random))
            case 3:
                let index = Int.random(in: uplink.bytes.indices, using: &random)
                uplink.bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
            default: uplink.bytes = [uplink.bytes[0]] + RandomMessages.bytes(0...60, using: &random)
            }
            if number % 11 == 0 { uplink.port = .random(in: 1...223, using: &random) }
            return uplink
        }
        let refused = uplinks.filter { (try? schema.decode(port: Int($0.port), $0.bytes)) == nil }
        #expect(refused.count > Self.cases / 2 && refused.count < Self.cases)
        try engine.expectAgreement(with: schema, uplinks)
    }

    @Test(.enabled(if: CodecEngines.quickJS != nil, "pip install quickjs"))
    func `no payload, however random, takes 10 ms`() throws {
        var random = SeededRandom(seed: 17)
        let schema = try RandomMessages.schema(reports: 1, using: &random)
        let layout = schema.intervalLayouts[0]
        let calls = (0..<300).map { number -> String in
            var bytes = RandomMessages.bytes(242...242, using: &random)
            let port = number % 5 + 1
            if port == 2 { bytes[0] = layout.tag }
            if port > 2 { bytes[0] = 0x10 | bytes[0] & 3 }
            if number % 2 == 0 { bytes = bytes.enumerated().map { $0.offset < 6 ? $0.element : 0 } }
            // The best of five, because the machine may have other work.
            return """
                (function () {
                  var best = 1e9;
                  for (var i = 0; i < 5; i++) {
                    var start = Date.now();
                    decodeUplink({ fPort: \(port), bytes: [\(bytes.map(String.init).joined(separator: ","))] });
                    best = Math.min(best, Date.now() - start);
                  }
                  return best;
                })()
                """
        }
        let engine = try #require(CodecEngines.quickJS)
        let times = try engine.evaluate(codec: schema.javaScriptCodec(), calls).compactMap { Int($0) }
        #expect(times.count == calls.count)
        #expect((times.max() ?? .max) < 10, "milliseconds in QuickJS")
    }

    @Test func `names of meters reach the output whole, whatever characters they have`() throws {
        let schema = try schema(["1-0:1.8.0"], meters: ["Küche \"2\"\\", "\u{2028}電"])
        let uplinks = [0, 1].map {
            JavaScriptEngine.Uplink(bytes: schema.layouts[0].encode(reading([]), meter: $0), port: 1)
        }
        for engine in CodecEngines.all {
            let results = try engine.decodeUplinks(codec: schema.javaScriptCodec(), uplinks)
            #expect(results[0].contains(#""meter":"Küche \"2\"\\""#))
            #expect(results[1].contains("\u{2028}電") || results[1].contains("\\u2028電"))
        }
        #expect(schema.javaScriptCodec().utf8.allSatisfy { $0 < 0x7F })
    }

    @Test func `the codec stays below the 40960 bytes that The Things Stack takes`() throws {
        let fields = (1...200).map { FieldRequest("1-0:1.8.0", name: "a_long_name_of_a_register_\($0)_kwh") }
        let schema = try PayloadSchema(
            meters: (1...16).map { "meter \($0)" }, reports: [.readings(fields.map { try $0.field() })],
            largestPayload: 51)
        #expect(schema.javaScriptCodec().utf8.count < 40_960)
    }

    @Test(arguments: engines)
    func `the entry points of old servers and odd inputs do as they should`(engine: JavaScriptEngine) throws {
        let schema = try schema(["1-0:1.8.0"])
        let bytes = schema.layouts[0].encode(reading([(importCode, 25_653, 3, .kilowattHour)]), meter: 0)
        let text = bytes.map(String.init).joined(separator: ",")
        let data = try schema.decode(port: 1, bytes).json
        let results = try engine.evaluate(
            codec: schema.javaScriptCodec(),
            [
                "Decode(1, [\(text)], {})", "Decoder([\(text)], 1)",
                "decodeUplink({bytes: [\(text)], fPort: 1, recvTime: new Date(0)})",
                "decodeUplink({bytes: null, fPort: 1})", "decodeUplink({fPort: 1, bytes: []})",
                "decodeUplink({bytes: [1]})", "typeof decodeUplink(undefined).errors[0]",
                "typeof encodeDownlink(undefined).errors[0]", "typeof decodeDownlink(null).errors[0]",
                "(function () { try { Decode(9, [1]); return 0; } catch (error) { return error.message; } })()",
            ])
        #expect(
            results == [
                data, data, "{\"data\":\(data),\"errors\":[],\"warnings\":[]}",
                #"{"errors":["the payload is empty"],"warnings":[]}"#,
                #"{"errors":["the payload is empty"],"warnings":[]}"#,
                #"{"errors":["port undefined carries no p1lora message, expected 1 or 3 or 4 or 5"],"warnings":[]}"#,
                #""string""#, #""string""#, #""string""#,
                #""port 9 carries no p1lora message, expected 1 or 3 or 4 or 5""#,
            ])
    }
}
