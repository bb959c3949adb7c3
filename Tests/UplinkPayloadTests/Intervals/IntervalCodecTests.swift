import HardwareSimulators
import SmartMeter
import Testing

@testable import UplinkPayload

/// The JavaScript decoder of intervals reports beside the Swift one.
@Suite struct IntervalCodecTests {
    /// `decodeUplink` for the layouts, each on a port of its own from 1 on.
    static func codec(_ layouts: [IntervalLayout], meters: [String]) -> String {
        let fields = layouts.map { layout in
            let fields = layout.fields.map {
                "[\"\($0.name)\", \($0.width), \($0.minimum), \($0.resolution.step), \($0.resolution.decimals)]"
            }
            return "[\(fields.joined(separator: ", "))]"
        }
        return """
            var layouts = [\(fields.joined(separator: ",\n"))];
            var meters = [\(meters.map { "\"\($0)\"" }.joined(separator: ", "))];
            \(IntervalLayout.decoder)
            function decodeUplink(input) {
              try {
                return { data: p1loraIntervals(layouts[input.fPort - 1], input.bytes, meters) };
              } catch (error) {
                return { errors: [error.message] };
              }
            }
            """
    }

    static func layouts() throws -> [IntervalLayout] {
        try (1...4).flatMap { count in
            try ["0.001", "0.01", "0.1"].map {
                try IntervalLayout(fields: registers(Array(fourRegisters.prefix(count)), resolution: $0), avoiding: [])
            }
        }
    }

    static func expected(_ layout: IntervalLayout, _ bytes: [UInt8]) -> String {
        do {
            return "{\"data\":\(try layout.decode(bytes, meters: ["main", "heat pump"]).decoded.json)}"
        } catch {
            return "{\"errors\":[\(JSONText.quoted("\(error)"))]}"
        }
    }

    @Test(arguments: JavaScriptCodecTests.engines)
    func `JavaScript and Swift decode 5 000 random reports to the same JSON, letter by letter`(
        engine: JavaScriptEngine
    ) throws {
        var random = SeededRandom(seed: 99)
        let layouts = try Self.layouts()
        var uplinks: [JavaScriptEngine.Uplink] = []
        var expected: [String] = []
        while uplinks.count < 5_000 {
            let port = Int.random(in: layouts.indices, using: &random)
            let history = IntervalHistory.random(
                of: layouts[port].fields, boundaries: .random(in: 1...200, using: &random), using: &random)
            let limit = Int.random(in: 11...(uplinks.count % 10 == 0 ? 242 : 60), using: &random)
            guard let encoded = layouts[port].encode(history, meter: uplinks.count % 2, limit: limit) else { continue }
            uplinks.append(.init(bytes: encoded.bytes, port: UInt8(port + 1)))
            expected.append(Self.expected(layouts[port], encoded.bytes))
        }
        let codec = Self.codec(layouts, meters: ["main", "heat pump"])
        let decoded = try engine.decodeUplinks(codec: codec, uplinks)
        #expect(zip(decoded, expected).first { $0 != $1 }.map { "\($0) is not \($1)" } == nil)
        #expect(expected.count { $0.contains("gaps") } > 400)
    }

    @Test(arguments: JavaScriptCodecTests.engines)
    func `random bytes are refused, or are some report, by both decoders alike`(engine: JavaScriptEngine) throws {
        var random = SeededRandom(seed: 100)
        let layouts = try Self.layouts()
        var uplinks: [JavaScriptEngine.Uplink] = []
        var expected: [String] = []
        for round in 0..<5_000 {
            let port = Int.random(in: layouts.indices, using: &random)
            var bytes: [UInt8] = (0..<Int.random(in: 1...(round % 10 == 0 ? 242 : 40), using: &random)).map { _ in
                round % 3 == 0 ? .random(in: 0...1, using: &random) &* 255 : .random(in: 0...255, using: &random)
            }
            bytes[0] = layouts[port].tag
            uplinks.append(.init(bytes: bytes, port: UInt8(port + 1)))
            expected.append(Self.expected(layouts[port], bytes))
        }
        let codec = Self.codec(layouts, meters: ["main", "heat pump"])
        let decoded = try engine.decodeUplinks(codec: codec, uplinks)
        #expect(zip(decoded, expected).first { $0 != $1 }.map { "\($0) is not \($1)" } == nil)
        #expect(expected.count { $0.contains("errors") } > 1_000)
        #expect(expected.count { $0.contains("data") } > 100)
    }
}
