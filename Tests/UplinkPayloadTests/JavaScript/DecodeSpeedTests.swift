import HardwareSimulators
import MeterValues
import TestTags
import Testing
import Timekeeping

@testable import UplinkPayload

/// Network servers end a decoder after 100 ms.
@Suite(.tags(.process), .waits, .slow) struct DecodeSpeedTests {
    private static func schema() throws -> PayloadSchema {
        try PayloadSchema(
            meters: ["main"],
            reports: [
                .intervals(try registers(fourRegisters)), .intervals(try registers(["1-0:1.8.0", "1-0:2.8.0"])),
            ],
            largestPayload: 51)
    }

    /// - Parameter use: by age and register.
    private static func frame(_ layout: IntervalLayout, limit: Int, use: (Int, Int) -> Int64) throws -> [UInt8] {
        let newest = QuarterHour(number: 241_729)
        let entries = layout.fields.indices.map { register -> [IntervalEntry] in
            var value: Int64 = 12_345_678
            return (0..<IntervalLayout.mostBoundaries).map { age in
                defer { value -= use(age, register) }
                return IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: 0)
            }
        }
        let encoded = try #require(
            layout.encode(
                IntervalHistory(newest: newest, entries: entries), meter: 0, limit: limit,
                most: IntervalLayout.mostBoundaries))
        return encoded.bytes
    }

    /// The frames that take longest: four registers that stand still for 1024 boundaries, or of which one takes the same all
    /// the time. Ten times as long as a server allows, so that a busy machine fails nobody; a decoder that looks for each
    /// number anew needs more.
    @Test(arguments: CodecEngines.all)
    func `the longest frames there are decode fast and right`(engine: JavaScriptEngine) throws {
        let schema = try Self.schema()
        let frames = [
            try Self.frame(schema.intervalLayouts[0], limit: 222) { _, _ in 0 },
            try Self.frame(schema.intervalLayouts[0], limit: 242) { age, register in
                register == 0 || register == 2 && age < 420 ? 1 : 0
            },
            try Self.frame(schema.intervalLayouts[1], limit: 222) { age, register in
                register == 0 ? Int64(30 + age * 7 % 90) : 0
            },
        ]
        let uplinks = frames.map { JavaScriptEngine.Uplink(bytes: $0, port: 2) }
        try engine.expectAgreement(with: schema, uplinks)
        let calls = frames.map { bytes in
            """
            (function () {
              var bytes = [\(bytes.map(String.init).joined(separator: ","))], began = new Date().getTime();
              for (var n = 0; n < 10; n += 1) { decodeUplink({ fPort: 2, bytes: bytes }); }
              return (new Date().getTime() - began) / 10;
            })()
            """
        }
        let times = try engine.evaluate(codec: schema.javaScriptCodec(), calls).compactMap(Double.init)
        #expect(times.count == 3 && times.allSatisfy { $0 < 1_000 }, "\(times) ms")
    }

    /// Once a register stands still and has nothing to learn, it goes a shorter way; what ends that must be noticed.
    @Test(arguments: CodecEngines.all)
    func `registers that stand still for long, and then move, vanish or are exchanged, decode as Swift does`(
        engine: JavaScriptEngine
    ) throws {
        var random = SeededRandom(seed: 16)
        let schema = try Self.schema()
        let uplinks = (0..<400).compactMap { number -> JavaScriptEngine.Uplink? in
            let layout = schema.intervalLayouts[number % 2]
            let newest = QuarterHour(number: .random(in: 0..<1 << 21, using: &random))
            let entries = layout.fields.map { _ -> [IntervalEntry] in
                var (value, series, isKnown, moves) = (Int64(50_000_000), UInt32(0), true, false)
                return (0..<Int.random(in: 1...1_100, using: &random)).compactMap { age in
                    let chance = Int.random(in: 0..<400, using: &random)
                    if chance == 0 { isKnown.toggle() }
                    if chance == 1 || moves && chance < 80 { moves.toggle() }
                    if chance == 2 { series += 1 }
                    if moves { value -= .random(in: 0...3, using: &random) }
                    if chance == 3 { value -= .random(in: 0...200_000, using: &random) }
                    guard isKnown || chance > 380 else { return nil }
                    return IntervalEntry(
                        boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: series)
                }
            }
            let limit = Int.random(in: 20...242, using: &random)
            let encoded = layout.encode(
                IntervalHistory(newest: newest, entries: entries), meter: 0, limit: limit,
                most: IntervalLayout.mostBoundaries)
            return encoded.map { .init(bytes: $0.bytes, port: 2) }
        }
        #expect(uplinks.count > 350)
        try engine.expectAgreement(with: schema, uplinks)
    }
}
