import HardwareSimulators
import MeterValues
import Timekeeping
import UplinkPayload

/// How many bytes the reports take, how large the codec is, and how long it decodes.
enum PayloadBenchmarks {
    static func lines() throws -> [String] {
        let fields = [
            "1-0:1.8.0", "1-0:2.8.0", "1-0:3.8.0", "1-0:4.8.0", "1-0:1.7.0", "1-0:2.7.0", "1-0:32.7.0", "1-0:52.7.0",
            "1-0:72.7.0", "1-0:31.7.0", "1-0:51.7.0", "1-0:71.7.0",
        ]
        let registers = try fields.map { try FieldRequest($0).field() }
        let schema = try PayloadSchema(
            meters: ["main"], reports: [.readings(registers), .intervals(Array(registers.prefix(2)))],
            largestPayload: ReadingsLayout.smallestLimit)
        let length = schema.layouts.map(\.byteCount).reduce(0, +)
        let codec = schema.javaScriptCodec()
        return [
            "payload readings, 4 energies, 2 powers, 3 voltages, 3 currents: \(length) bytes (goal 28; Cayenne LPP 56)",
            "payload codec size: \(codec.utf8.count) bytes (goal 20 000; The Things Stack takes \(PayloadSchema.largestCodec))",
        ] + (try decoding(schema, codec))
    }

    /// Without the start of the engine, in each that is installed.
    private static func decoding(_ schema: PayloadSchema, _ codec: String) throws -> [String] {
        let reading = Reading(time: UTCInstant(secondsSince1970: 1_790_000_000), quantities: [:])
        var uplinks = [("readings", 1, schema.layouts[0].encode(reading, meter: 0))]
        for limit in [51, 222] {
            if let report = schema.intervalLayouts[0].encode(history(), meter: 0, limit: limit) {
                uplinks.append(("intervals, \(report.boundaries) boundaries", 2, report.bytes))
            }
        }
        let engines = [
            ("QuickJS", JavaScriptEngine.quickJS), ("duktape", try? .find(names: ["duk"])),
            ("V8", try? .find(names: ["node"])),
        ]
        return try engines.flatMap { name, engine -> [String] in
            guard let engine else { return ["payload decoding in \(name): not installed"] }
            let calls = uplinks.map { _, port, bytes in
                """
                (function () {
                  var bytes = [\(bytes.map(String.init).joined(separator: ","))], start = Date.now(), rounds = 0, now = start;
                  while (now - start < 1000) {
                    for (var i = 0; i < 20; i++) { decodeUplink({ fPort: \(port), bytes: bytes }); }
                    rounds += 20;
                    now = Date.now();
                  }
                  return Math.round((now - start) * 1000 / rounds);
                })()
                """
            }
            return zip(uplinks, try engine.evaluate(codec: codec, calls)).map { uplink, microseconds in
                "payload decoding in \(name), \(uplink.0), \(uplink.2.count) bytes: \(microseconds) us (goal 1 000)"
            }
        }
    }

    /// Two registers of a house whose use no one can foresee.
    private static func history() -> IntervalHistory {
        let newest = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_790_000_000))
        var random = SeededRandom(seed: 3)
        let entries = (0..<2).map { _ -> [IntervalEntry] in
            var value: Int64 = 12_345_678
            return (0..<800).map { age in
                defer { value -= .random(in: 20...400, using: &random) }
                return IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: 0)
            }
        }
        return IntervalHistory(newest: newest, entries: entries)
    }
}
