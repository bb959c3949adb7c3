import LoadProfile
import MeterValues
import Testing
import UplinkPayload

@Suite struct RegisterReportTests {
    private func layout() throws -> PayloadSchema {
        let fields = try ["1-0:1.8.0", "1-0:2.8.0"].map { try FieldRequest($0).field() }
        return try PayloadSchema(meters: ["main", "gas"], reports: [.intervals(fields)], largestPayload: 51)
    }

    @Test func `what a bridge encodes is what the profile holds`() throws {
        let schema = try layout()
        let newest = ProfileReports.boundary(3)
        let entries = [0, 1].map { register in
            (0...3).map { age in
                IntervalEntry(
                    boundary: ProfileReports.boundary(3 - age), value: Int64(1_000 * (register + 1) - age * 7),
                    series: 1)
            }
        }
        let history = IntervalHistory(newest: newest, entries: entries)
        let bytes = try #require(schema.intervalLayouts[0].encode(history, meter: 1, limit: 51)).bytes
        let reports = RegisterReport.all(in: try schema.intervalReport(bytes))
        #expect(reports.map(\.register) == ["import_kwh", "export_kwh"])
        #expect(reports.allSatisfy { $0.meter == "gas" && $0.step == 1 && $0.newest == newest })
        var profile = RegisterProfile()
        #expect(profile.merge(reports[1]).added == 4)
        #expect(profile.use(from: ProfileReports.boundary(0), to: newest) == 21)
    }
}
