import HardwareSimulators
import SmartMeter
import Testing
import Timekeeping
import UplinkPayload

/// Runs the generated codec under a real engine; `apt-get install duktape nodejs` brings both.
@Suite struct JavaScriptCodecTests {
    static let engines = ["duk", "node"].compactMap { try? JavaScriptEngine.find(names: [$0]) }

    @Test func `the strict engine and a modern one are installed`() {
        #expect(Self.engines.count == 2, "apt-get install duktape nodejs: the codec is tested under what is there only")
    }

    @Test(arguments: engines)
    func `JavaScript and Swift decode random readings to the same JSON, letter by letter`(
        engine: JavaScriptEngine
    ) throws {
        var random = SeededRandom(seed: 2_026)
        for _ in 0..<20 {
            let schema = try Self.randomSchema(using: &random)
            var uplinks: [JavaScriptEngine.Uplink] = []
            var expected: [String] = []
            for _ in 0..<100 {
                for layout in schema.layouts {
                    let payload = layout.encode(
                        Self.randomReading(for: layout, using: &random),
                        meter: Int.random(in: schema.meters.indices, using: &random))
                    uplinks.append(.init(bytes: payload, port: 1))
                    expected.append(
                        "{\"data\":\(try schema.decode(port: 1, payload).json),\"errors\":[],\"warnings\":[]}")
                }
            }
            #expect(try engine.decodeUplinks(codec: schema.javaScriptCodec(), uplinks) == expected)
        }
    }

    @Test(arguments: engines)
    func `JavaScript refuses damaged payloads with the words of the Swift decoder and no data`(
        engine: JavaScriptEngine
    ) throws {
        var random = SeededRandom(seed: 7)
        let schema = try Self.randomSchema(using: &random)
        var uplinks: [JavaScriptEngine.Uplink] = []
        var expected: [String] = []
        var errors = 0
        for round in 0..<1_000 {
            var bytes = schema.layouts[round % schema.layouts.count].encode(
                Self.randomReading(for: schema.layouts[0], using: &random), meter: 0)
            switch round % 4 {
            case 0:
                bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 2: bytes.append(.random(in: 0...255, using: &random))
            default:
                bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            let port = UInt8(round % 10 == 9 ? 9 : 1)
            uplinks.append(.init(bytes: bytes, port: port))
            do {
                expected.append(
                    "{\"data\":\(try schema.decode(port: Int(port), bytes).json),\"errors\":[],\"warnings\":[]}")
            } catch {
                errors += 1
                expected.append("{\"errors\":[\(JSONText.quoted("\(error)"))],\"warnings\":[]}")
            }
        }
        #expect(errors > 700)
        #expect(try engine.decodeUplinks(codec: schema.javaScriptCodec(), uplinks) == expected)
    }

    @Test func `names of meters reach the output whole, whatever characters they have`() throws {
        let schema = try schema(["1-0:1.8.0"], meters: ["Küche \"2\"\\", "\u{2028}電"])
        let uplinks = [0, 1].map {
            JavaScriptEngine.Uplink(bytes: schema.layouts[0].encode(reading([]), meter: $0), port: 1)
        }
        for engine in Self.engines {
            let results = try engine.decodeUplinks(codec: schema.javaScriptCodec(), uplinks)
            #expect(results[0].contains(#""meter":"Küche \"2\"\\""#))
            #expect(results[1].contains("\u{2028}電") || results[1].contains("\\u2028電"))
        }
        #expect(schema.javaScriptCodec().utf8.allSatisfy { $0 < 0x7F })
    }

    @Test func `the codec stays below the 40960 bytes that The Things Stack takes`() throws {
        let fields = (1...200).map { FieldRequest("1-0:1.8.0", name: "a_long_name_of_a_register_\($0)_kwh") }
        let schema = try PayloadSchema(
            meters: (1...16).map { "meter \($0)" }, reports: [fields.map { try $0.field() }], largestPayload: 51)
        #expect(schema.javaScriptCodec().utf8.count < 40_960)
    }

    static func randomSchema(using random: inout SeededRandom) throws -> PayloadSchema {
        let reports = try (0..<Int.random(in: 1...3, using: &random)).map { report in
            try (0..<Int.random(in: 1...12, using: &random)).map { index in
                let minimum = Bool.random(using: &random) ? 0 : Int64.random(in: -100_000_000...0, using: &random)
                return try Field(
                    source: .register(OBISCode(1, 0, UInt8(index), 7, 0)), name: "f\(report)_\(index)", unit: .volt,
                    resolution: try #require(
                        Resolution(
                            step: [1, 1, 1, 2, 5, 25].randomElement(using: &random) ?? 1,
                            decimals: Int.random(in: 0...6, using: &random))),
                    minimum: minimum,
                    maximum: minimum + (1 << Int64.random(in: 1...45, using: &random))
                        + Int64.random(in: 0...9, using: &random))
            }
        }
        return try PayloadSchema(meters: ["main", "heat pump"], reports: reports, largestPayload: 51)
    }

    /// Values in and beyond the range, and now and then none.
    static func randomReading(for layout: ReadingsLayout, using random: inout SeededRandom) -> Reading {
        var quantities: [OBISCode: Quantity] = [:]
        for field in layout.fields where Int.random(in: 0..<8, using: &random) > 0 {
            guard case .register(let code) = field.source else { continue }
            let span = field.maximum - field.minimum
            let value = Int64.random(in: field.minimum - span / 16 - 1...field.maximum + span / 16 + 1, using: &random)
            quantities[code] = Quantity(
                coefficient: value, decimals: UInt8(field.resolution.decimals), unit: .volt)
        }
        return Reading(time: UTCInstant(secondsSince1970: 0), quantities: quantities)
    }
}
