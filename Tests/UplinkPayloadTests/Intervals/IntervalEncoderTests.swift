import HardwareSimulators
import MeterValues
import Testing

@testable import UplinkPayload

@Suite struct IntervalEncoderTests {
    private let newest = QuarterHour(number: 241_921)

    /// From the newest boundary back; nil where nothing is known.
    private func history(_ registers: [[Int64?]]) -> IntervalHistory {
        IntervalHistory(
            newest: newest,
            entries: registers.map { values in
                values.enumerated().compactMap { age, value in
                    value.map {
                        IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: $0, series: 0)
                    }
                }
            })
    }

    private static func layout(_ codes: [String] = ["1-0:1.8.0"], resolution: String = "0.001") throws -> IntervalLayout
    {
        try IntervalLayout(fields: registers(codes, resolution: resolution), avoiding: [])
    }

    @Test func `a history that ends takes no more bytes than it needs`() throws {
        let one = try #require(try Self.layout().encode(history([[25_653]]), meter: 0, limit: 222))
        #expect(one.bytes.count == 8, "33 bits of header, 30 of the register, a tenth that it is known")
        #expect(one.boundaries == 1)
        let day = try #require(
            try Self.layout().encode(
                history([(0...96).map { (age: Int64) in 900_000 - 80 * age }]), meter: 0, limit: 222))
        #expect(day.boundaries == 97)
        #expect(day.bytes.count < 60)
    }

    @Test func `the payload is filled to the limit: a byte more never carries less`() throws {
        var random = SeededRandom(seed: 5)
        let values = (0...400).reduce(into: [Int64(9_000_000)]) { values, _ in
            values.append((values.last ?? 0) - Int64.random(in: 0...400, using: &random))
        }
        var last = 0
        for limit in 9...242 {
            let encoded = try #require(try Self.layout().encode(history([values]), meter: 0, limit: limit))
            #expect(encoded.boundaries >= last)
            #expect((limit - 1...limit).contains(encoded.bytes.count))
            last = encoded.boundaries
        }
        #expect(last > 180)
    }

    @Test func `what does not fit, or is not known, gives no payload`() throws {
        #expect(try Self.layout().encode(history([[1]]), meter: 0, limit: 7) == nil)
        #expect(try Self.layout().encode(history([[1]]), meter: 0, limit: 0) == nil)
        #expect(try Self.layout().encode(history([[1]]), meter: 0, limit: -1) == nil)
        #expect(try Self.layout().encode(history([[]]), meter: 0, limit: 51) == nil)
        #expect(try Self.layout().encode(history([[-1]]), meter: 0, limit: 51) == nil)
        let tooGreat = try #require(Self.layout().fields.first?.absent)
        #expect(try Self.layout().encode(history([[Int64(tooGreat)]]), meter: 0, limit: 51) == nil)
        let tooLate = IntervalHistory(
            newest: QuarterHour(number: 1 << 21),
            entries: [[IntervalEntry(boundary: QuarterHour(number: 1 << 21), value: 1, series: 0)]])
        #expect(try Self.layout().encode(tooLate, meter: 0, limit: 51) == nil)
    }

    @Test func `uses at a coarse step add up to the register's own difference`() throws {
        var random = SeededRandom(seed: 6)
        let values = (0...300).reduce(into: [Int64(7_654_321)]) { values, _ in
            values.append((values.last ?? 0) - Int64.random(in: 0...99, using: &random))
        }
        for (resolution, step) in [("0.01", Int64(10)), ("0.1", 100)] {
            let layout = try Self.layout(resolution: resolution)
            let encoded = try #require(layout.encode(history([values]), meter: 0, limit: 222))
            let sent = try layout.decode(encoded.bytes, meters: ["main"]).history.registers[0].map { $0?.value }
            #expect(sent == values.prefix(encoded.boundaries).map { $0 / step * step })
        }
    }

    @Test func `a register that is late, a gap and another meter are told apart`() throws {
        let layout = try Self.layout(["1-0:1.8.0", "0-1:24.2.1"])
        let history = IntervalHistory(
            newest: newest,
            registers: [
                [
                    (0, 5_000, 3), (1, 4_990, 3), (4, 4_900, 3), (5, 4_880, 3), (6, 77_000, 2), (7, 76_500, 2),
                ], [(2, 300, 0), (3, 290, 0), (4, 288, 0), (5, 288, 0), (6, 288, 0), (7, 288, 0)],
            ].map { (entries: [(Int64, Int64, UInt32)]) in
                var places = [IntervalEntry?](repeating: nil, count: 8)
                for (age, value, series) in entries {
                    places[Int(age)] = IntervalEntry(
                        boundary: QuarterHour(number: newest.number - age), value: value, series: series)
                }
                return places
            })
        let encoded = try #require(layout.encode(history, meter: 0, limit: 51))
        let report = try layout.decode(encoded.bytes, meters: ["main"])
        #expect(report.history == history.sent(as: layout.fields, boundaries: 8))
        #expect(
            report.decoded.json
                == #"{"report":"intervals","meter":"main","history":true,"time":"2026-11-25T00:15:00Z","import_kwh":5,"#
                + #""mbus1_m3":0.3,"mbus1_m3_time":"2026-11-24T23:45:00Z","intervals":["#
                + #"{"start":"2026-11-24T22:30:00Z","end":"2026-11-24T22:45:00Z","import_kwh":0.5,"mbus1_m3":0},"#
                + #"{"start":"2026-11-24T22:45:00Z","end":"2026-11-24T23:00:00Z","import_kwh":null,"mbus1_m3":0},"#
                + #"{"start":"2026-11-24T23:00:00Z","end":"2026-11-24T23:15:00Z","import_kwh":0.02,"mbus1_m3":0},"#
                + #"{"start":"2026-11-24T23:15:00Z","end":"2026-11-24T23:30:00Z","import_kwh":null,"mbus1_m3":0.002},"#
                + #"{"start":"2026-11-24T23:30:00Z","end":"2026-11-24T23:45:00Z","import_kwh":null,"mbus1_m3":0.01},"#
                + #"{"start":"2026-11-25T00:00:00Z","end":"2026-11-25T00:15:00Z","import_kwh":0.01,"mbus1_m3":null}],"#
                + #""gaps":[{"start":"2026-11-24T23:15:00Z","end":"2026-11-25T00:00:00Z","import_kwh":0.09}]}"#)
    }

    @Test func `weeks in which nothing moves take a bit for many quarter-hours, up to what a report may carry`() throws
    {
        let layout = try Self.layout(["1-0:2.8.0"])
        let still = history([[Int64?](repeating: 4_000, count: 3_000)])
        let encoded = try #require(layout.encode(still, meter: 0, limit: 51))
        #expect(encoded.boundaries == IntervalLayout.mostSent)
        #expect(encoded.bytes.count < 15)
        #expect(try layout.decode(encoded.bytes, meters: ["main"]).history.registers[0].count == 512)
        // A decoder takes more.
        let longest = try #require(layout.encode(still, meter: 0, limit: 51, most: IntervalLayout.mostBoundaries))
        #expect(longest.boundaries == 1_024 && longest.bytes.count < 20)
        #expect(try layout.decode(longest.bytes, meters: ["main"]).history.registers[0].count == 1_024)
    }

    @Test func `a reply about an earlier time is the same report, with an earlier boundary`() throws {
        let layout = try Self.layout()
        let values = (0...900).map { (age: Int64) -> Int64 in 9_000_000 - 100 * age }
        let entries = values.enumerated().map { age, value in
            IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: 0)
        }
        let earlier = IntervalHistory(newest: QuarterHour(number: newest.number - 500), entries: [entries])
        let encoded = try #require(layout.encode(earlier, meter: 0, limit: 51))
        let report = try layout.decode(encoded.bytes, meters: ["main"])
        #expect(report.history.newest == earlier.newest)
        #expect(report.history.registers[0].first == entries[500])
    }

    @Test func `the first quarter-hours of 2020 have nothing before them`() throws {
        let layout = try Self.layout()
        let history = IntervalHistory(
            newest: QuarterHour(number: 2),
            entries: [(-3...2).map { IntervalEntry(boundary: QuarterHour(number: $0), value: 50 + $0, series: 0) }])
        let encoded = try #require(layout.encode(history, meter: 0, limit: 51))
        #expect(encoded.boundaries == 3)
        #expect(
            try layout.decode(encoded.bytes, meters: ["main"]).history.registers[0].map { $0?.value } == [52, 51, 50])
    }
}
