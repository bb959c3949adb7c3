import HardwareSimulators
import SmartMeter
import TestTags
import Testing
import Timekeeping

@testable import UplinkPayload

/// The JavaScript decoder of intervals reports beside the Swift one, under every engine that is installed; see
/// `JavaScriptCodecTests` for those that are not.
@Suite(.tags(.process), .waits, .slow) struct IntervalCodecTests {
    static let meters = ["main", "heat pump"]

    /// One to four registers at steps of 1, 10 and 100 Wh or dm3.
    static func layouts() throws -> [IntervalLayout] {
        try (1...4).flatMap { count in
            try ["0.001", "0.01", "0.1"].map {
                try IntervalLayout(fields: registers(Array(fourRegisters.prefix(count)), resolution: $0), avoiding: [])
            }
        }
    }

    /// `decodeUplink` for the layouts, each on a port of its own from 1 on.
    static func codec(_ layouts: [IntervalLayout]) -> String {
        let fields = layouts.map { layout in
            let fields = layout.fields.map {
                "[\"\($0.name)\", \($0.width), 0, \($0.resolution.step), \($0.resolution.decimals)]"
            }
            return "{fields: [\(fields.joined(separator: ", "))], row: \(PayloadSchema.row(layout.fields))}"
        }
        return """
            var layouts = [\(fields.joined(separator: ",\n"))];
            var meters = [\(meters.map { "\"\($0)\"" }.joined(separator: ", "))];
            \(IntervalsMessage.script)
            function decodeUplink(input) {
              try {
                var data = p1loraIntervals(layouts[input.fPort - 1], input.bytes, meters);
                return { data: data, errors: [], warnings: [] };
              } catch (error) {
                return { errors: [error.message], warnings: [] };
              }
            }
            """
    }

    /// - Returns: how many of the payloads are some report.
    private func compare(_ payloads: [(layout: Int, bytes: [UInt8])]) throws -> Int {
        let layouts = try Self.layouts()
        let expected = payloads.map { payload in
            CodecEngines.expectation { () throws(DecodeError) in
                try layouts[payload.layout].decode(payload.bytes, meters: Self.meters).decoded
            }
        }
        let uplinks = payloads.map { JavaScriptEngine.Uplink(bytes: $0.bytes, port: UInt8($0.layout + 1)) }
        for engine in CodecEngines.all {
            let decoded = try engine.decodeUplinks(codec: Self.codec(layouts), uplinks, timeLimit: .minutes(3))
            let other = zip(decoded, expected).first { $0 != $1 }
            #expect(other.map { "\($0) is not \($1)" } == nil, "\(engine.path)")
        }
        return expected.count { $0.hasPrefix("{\"data\"") }
    }

    @Test func `JavaScript and Swift decode 5 000 random reports to the same JSON, letter by letter`() throws {
        var random = SeededRandom(seed: 99)
        let layouts = try Self.layouts()
        var payloads: [(layout: Int, bytes: [UInt8])] = []
        while payloads.count < 5_000 {
            let number = Int.random(in: layouts.indices, using: &random)
            let history = IntervalHistory.random(
                of: layouts[number].fields, boundaries: .random(in: 1...200, using: &random), using: &random)
            let limit = Int.random(in: 11...(payloads.count % 10 == 0 ? 242 : 51), using: &random)
            guard let encoded = layouts[number].encode(history, meter: payloads.count % 2, limit: limit) else {
                continue
            }
            payloads.append((number, encoded.bytes))
        }
        #expect(try compare(payloads) == 5_000)
    }

    @Test func `both decoders refuse the same of 5 000 damaged reports, with the same words`() throws {
        var random = SeededRandom(seed: 100)
        let layouts = try Self.layouts()
        let payloads = (0..<5_000).map { round -> (layout: Int, bytes: [UInt8]) in
            let number = Int.random(in: layouts.indices, using: &random)
            let length = Int.random(in: 1...(round % 10 == 0 ? 242 : 40), using: &random)
            var bytes: [UInt8] = (0..<length).map { _ in
                // Zeros and ones only: codes that are at home at the ends of the ranges.
                round % 3 == 0 ? .random(in: 0...1, using: &random) &* 255 : .random(in: 0...255, using: &random)
            }
            bytes[0] = layouts[number].tag
            return (number, bytes)
        }
        let reports = try compare(payloads)
        #expect((100..<1_000).contains(reports))
    }
}
