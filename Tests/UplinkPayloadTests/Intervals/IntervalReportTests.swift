import HardwareSimulators
import MeterValues
import Testing
import Timekeeping

@testable import UplinkPayload

@Suite struct IntervalReportTests {
    @Test func `what is decoded is what was encoded, over random histories, limits, registers and resolutions`() throws
    {
        var random = SeededRandom(seed: 4)
        var (reports, most) = (0, 0)
        for round in 0..<2_000 {
            let resolution = ["0.001", "0.01", "0.1"][round % 3]
            let codes = Array(fourRegisters.prefix(Int.random(in: 1...4, using: &random)))
            let layout = try IntervalLayout(fields: registers(codes, resolution: resolution), avoiding: [])
            let history = IntervalHistory.random(
                of: layout.fields, boundaries: .random(in: 1...400, using: &random), using: &random)
            let limit = Int.random(in: 11...242, using: &random)
            guard let encoded = layout.encode(history, meter: 1, limit: limit) else {
                #expect(limit < 30 || history.count == 0, "four registers of 30 bits and the header take 20 bytes")
                continue
            }
            reports += 1
            most = max(most, encoded.boundaries)
            #expect(encoded.bytes.count <= limit)
            let report = try layout.decode(encoded.bytes, meters: ["a", "b"])
            #expect(report.meter == "b")
            #expect(report.history == history.sent(as: layout.fields, boundaries: encoded.boundaries))
        }
        #expect(reports > 1_800)
        #expect(most > 200)
    }

    @Test func `a report prints its time, its registers and its quarter-hours, the oldest first`() throws {
        let layout = try IntervalLayout(fields: registers(["1-0:1.8.0", "1-0:2.8.0"]), avoiding: [])
        let newest = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_795_392_900))
        let entries = [[25_653, 25_541, 25_540], [40, 40, 38]].map { values in
            values.enumerated().map { age, value in
                IntervalEntry(boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: 0)
            }
        }
        let history = IntervalHistory(newest: newest, entries: entries)
        let encoded = try #require(layout.encode(history, meter: 0, limit: 51))
        #expect(
            try layout.decode(encoded.bytes, meters: ["main"]).decoded.json
                == #"{"report":"intervals","meter":"main","history":true,"time":"2026-11-23T00:15:00Z","#
                + #""import_kwh":25.653,"export_kwh":0.04,"intervals":["#
                + #"{"start":"2026-11-22T23:45:00Z","end":"2026-11-23T00:00:00Z","import_kwh":0.001,"export_kwh":0.002},"#
                + #"{"start":"2026-11-23T00:00:00Z","end":"2026-11-23T00:15:00Z","import_kwh":0.112,"export_kwh":0}]}"#)
    }
}
