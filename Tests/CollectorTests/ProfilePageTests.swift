import Collector
import Foundation
import MeterValues
import ServerEvents
import Testing
import Timekeeping

@Suite struct ProfilePageTests {
    private let now = UTCInstant(secondsSince1970: 1_795_437_000)

    private func page(_ bench: CollectorBench) throws -> String {
        let status = try CollectorStatus(
            bench.store(), fleets: bench.configuration.fleets, time: LocalTime(bench.configuration.timeZone), at: now)
        return try ProfilePage(bench.store(), status: status).html()
    }

    @Test func `what is known stands in the page and what is not is null`() throws {
        let bench = try CollectorBench()
        let newest = QuarterHour(atOrBefore: now)
        try bench.bring(
            bench.uplink(bench.payload(newest: newest, [[1_000, nil, 1_250], [7, 7, 9]]), at: now).json, at: now)
        let text = try page(bench)
        #expect(text.contains("\"values\":[0,null,250]") && text.contains("\"values\":[0,0,2]"))
        #expect(text.contains("\"up\":{\"name\":\"import_kwh\"") && text.contains("\"down\":{\"name\":\"export_kwh\""))
        #expect(text.contains("70B3D57ED0012345"))
    }

    @Test func `a name from outside ends no script`() throws {
        let bench = try CollectorBench()
        var uplink = bench.uplink(
            try bench.payload(newest: QuarterHour(atOrBefore: now), [[1, 2], [3, 4]]), at: now)
        uplink.address.name = "</script><script>alert(1)</script><!--"
        try bench.bring(uplink.json, at: now)
        let text = try page(bench)
        #expect(text.contains("alert(1)"))
        #expect(!text.contains("</script><script>alert(1)") && !text.contains("<!--"))
    }

    @Test func `the page asks nobody`() throws {
        let text = try page(try CollectorBench())
        for word in [" src=", "@import", "url(http", "https://"] { #expect(!text.contains(word), "\(word)") }
    }
}
