import Foundation
import TestTags
import Testing

@Suite(.tags(.process), .waits, .slow) struct AirTimeCommandTests {
    func object(_ arguments: String...) throws -> [String: Any] {
        let outcome = try CommandRunner.run(["airtime", "--format", "json"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `airtime tells as JSON what a payload costs, how often the law and the purse bear it, and its step`()
        throws
    {
        let object = try object("--payload", "11", "51", "200")
        #expect(object["region"] as? String == "EU868" && object["purse_us"] as? Int == 30_000_000)
        let rates = try #require(object["data_rates"] as? [[String: Any]])
        #expect(rates.count == 6)
        let slowest = try #require(rates.first)
        #expect(slowest["modulation"] as? String == "SF12BW125" && slowest["largest_payload"] as? Int == 51)
        // 200 bytes are too long at DR0.
        let payloads = try #require(slowest["payloads"] as? [[String: Any]])
        #expect(payloads.map { $0["bytes"] as? Int } == [11, 51])
        #expect(payloads.map { $0["airtime_us"] as? Int } == [1_482_752, 2_793_472])
        let law = try #require(payloads[0]["law"] as? [[String: Any]])
        // 36 s of an hour in L, M and R, a tenth of that in K and N, ten times in P.
        #expect(law.map { $0["sub_band"] as? String } == ["K", "L", "M", "N", "P", "R"])
        #expect(law.map { $0["per_hour"] as? Int } == [2, 24, 24, 2, 242, 24])
        #expect(payloads[0]["purse_per_day"] as? Int == 20)
        let steps = try #require(slowest["steps"] as? [[String: Int]])
        #expect(steps.last == ["bytes": 51, "airtime_us": 2_793_472])
    }

    @Test func `airtime as text names the region, the purse and each data rate`() throws {
        let outcome = try CommandRunner.run("airtime", "--region", "as923", "--purse", "36s", "--payload", "11")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("AS923, a purse of 36 s in 24 h\n"))
        #expect(outcome.output.contains("not with 400 ms dwell time") && outcome.output.contains("AS923 1 %"))
        let free = try CommandRunner.run("airtime", "--region", "US915", "--purse", "off")
        #expect(free.output.contains("no purse, the law alone") && free.output.contains("no limit"))
    }

    @Test func `airtime with a configuration takes its region, daily air-time and layouts`() throws {
        let outcome = try CommandRunner.run("airtime", "--config", CommandTests.example)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("12 bytes: how often at most"))
        #expect(outcome.output.contains("51 bytes: how often at most"))
    }

    @Test func `airtime draws a plot`() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "plot.svg").path
        #expect(try CommandRunner.run("airtime", "--plot", path).status == 0)
        let picture = try String(contentsOfFile: path, encoding: .utf8)
        #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n"))
        for label in ["DR0 SF12BW125", "DR5 SF7BW125", "every 15 min"] { #expect(picture.contains(label)) }
        #expect(!picture.contains("nan") && !picture.contains("inf"))
    }

    @Test(arguments: [
        ["--purse", "1 minute"], ["--purse", "2d"], ["--region", "EU900"], ["--payload", "243"], ["--payload", "-1"],
        ["--config", "x", "--region", "EU868"],
    ])
    func `airtime refuses what it can't mean with 64`(arguments: [String]) throws {
        #expect(try CommandRunner.run(["airtime"] + arguments).status == 64)
    }
}
