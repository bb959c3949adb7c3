import Foundation
import TestTags
import Testing
import UplinkBridge

@testable import p1lora

/// `p1lora plan`.
@Suite(.tags(.process, .campaign), .waits, .slow) struct PlanTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func plan(_ arguments: String...) throws -> CommandRunner.Outcome {
        let text = SimulateTests.text.replacing("every = \"1h\"\n", with: "")
        let config = try folder.write(text.utf8, to: "config.toml")
        return try CommandRunner.run(["plan", "--config", config, "--runs", "1"] + arguments)
    }

    @Test func `a day is foreseen with its uplinks, their cost, the purse and what will arrive`() throws {
        let outcome = try plan("--data-rate", "0", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let uplinks = try #require(json["uplinks"] as? [[String: Any]])
        // SF12: as many frames of 2.8 s as 30 s a day have room for.
        #expect((8...12).contains(uplinks.count))
        let airTime = try #require(json["airtime_s"] as? Double)
        #expect(airTime > 20 && airTime <= 30)
        for uplink in uplinks {
            #expect(uplink["what"] as? String == "intervals" && uplink["meter"] as? String == "main")
            #expect((uplink["purse_left_s"] as? Double).map { (0...30).contains($0) } == true)
            #expect((uplink["reason"] as? String)?.isEmpty == false)
        }
        let quarters = try #require(json["quarter_hours"] as? [[String: Any]])
        #expect(quarters.count == 96)
        for quarter in quarters {
            let chances = [10, 20, 30].compactMap { quarter["arrives_at_\($0)_percent"] as? Double }
            #expect(chances.count == 3 && chances.allSatisfy { (0.5...1).contains($0) }, "\(quarter)")
        }
    }

    @Test func `at SF7 each quarter-hour has its report, and all arrive`() throws {
        let outcome = try plan("--data-rate", "5")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count { $0.contains("intervals of main") } >= 94)
        let mean = try #require(lines.last { $0.hasPrefix("in the mean") }).split(separator: " ").suffix(3)
        #expect(mean.allSatisfy { Double($0).map { $0 > 99.9 } == true }, "\(mean)")
    }

    @Test func `wrong arguments are refused`() throws {
        for wrong in [["--runs", "0"], ["--data-rate", "6"], ["--data-rate", "fast"], ["--format", "xml"]] {
            let config = try folder.write(SimulateTests.text.utf8, to: "config.toml")
            let outcome = try CommandRunner.run(["plan", "--config", config] + wrong)
            #expect(outcome.status == 64 && outcome.errors.contains(wrong[0]))
        }
    }
}
