import Ciphers
import Foundation
import HardwareSimulators
import LoRaWAN
import TestTags
import Testing
import Timekeeping
import UplinkBridge

@Suite(.tags(.process), .waits, .slow) struct DoctorCommandTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A meter in a file and a radio of this kind.
    private func configuration(_ radio: String) throws -> String {
        try folder.configuration(lorawan: "", radio: radio, every: nil)
    }

    @Test func `doctor says of each part ok or what to do, and ends with 1 when something failed`() throws {
        let config = try configuration("device = '/dev/spidev77.0'")
        let outcome = try CommandRunner.run("doctor", "--config", config)
        #expect(outcome.status == 1 && outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("ok          meter main") }, "\(outcome.output)")
        #expect(lines.contains { $0.hasPrefix("FAILED      radio") && $0.contains("spidev77.0") })
        #expect(!outcome.output.contains("0F1E2D3C"), "a key is in it")
    }

    @Test func `doctor's JSON is one object, and says the same`() throws {
        let config = try configuration("device = '/dev/spidev77.0'")
        let outcome = try CommandRunner.run("doctor", "--config", config, "--format", "json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(object["ok"] as? Bool == false && outcome.status == 1)
        let checks = try #require(object["checks"] as? [[String: String]])
        #expect(checks.contains { $0["subject"] == "meter main" && $0["verdict"] == "ok" })
        #expect(checks.contains { $0["subject"] == "radio" && $0["verdict"] == "failed" })
    }

    @Test func `doctor finds a network server that answers, joins through it, and ends with 0`() throws {
        let server = try LoopbackServer()
        let config = try configuration("type = 'udp-gateway'\nserver = '127.0.0.1:\(server.port)'")
        let (output, errors) = (folder.url.appending(path: "out"), folder.url.appending(path: "err"))
        let process = try CommandRunner.start(["doctor", "--config", config, "--join"], output: output, errors: errors)
        let end = Date().addingTimeInterval(60)
        while process.isRunning, Date() < end {
            server.serve()
            Thread.sleep(forTimeInterval: 0.01)
        }
        process.terminate()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        #expect(process.terminationStatus == 0 && text.contains("joined, address"), "\(text)")
    }

    @Test func `without a configuration there is nothing to look at`() throws {
        let outcome = try CommandRunner.run("doctor", "--config", "/nowhere.toml")
        #expect(outcome.status == 1 && outcome.output.contains("FAILED      configuration"))
    }

    @Test func `rx-timing prints the trials, in JSON with counts that add up`() throws {
        let outcome = try CommandRunner.run("doctor", "rx-timing", "--windows", "20", "--period", "1ms")
        #expect(outcome.status == 0 && outcome.output.contains("SF12BW125"))
        let json = try CommandRunner.run(
            "doctor", "rx-timing", "--windows", "20", "--period", "1ms", "--format", "json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let trials = try #require(object["trials"] as? [[String: Any]])
        #expect(trials.map { $0["loaded"] as? Bool } == [false, false, true, true])
        for trial in trials {
            let histogram = try #require(trial["histogram_us"] as? [String: Int])
            #expect(histogram.values.reduce(0, +) == 20)
            #expect(trial["max_us"] as? Int ?? -1 >= trial["p50_us"] as? Int ?? 0)
        }
        for bad in [["--windows", "0"], ["--period", "2h"], ["--period", "x"], ["--windows", "9999999999"]] {
            #expect(try CommandRunner.run(["doctor", "rx-timing"] + bad).status == 64)
        }
    }

    @Test func `radio says which options are wrong, and what keeps it from the chip`() throws {
        let config = try configuration("device = '/dev/spidev77.0'")
        for command in [["registers"], ["tx-test"], ["tx-test", "--carrier", "1"], ["rx"]] {
            let outcome = try CommandRunner.run(["radio"] + command + ["--config", config])
            #expect(outcome.status == 1 && outcome.errors.contains("spidev77.0"), "\(command)")
        }
        let gateway = try configuration("type = 'udp-gateway'")
        #expect(try CommandRunner.run("radio", "registers", "--config", gateway).errors.contains("sx127x"))
        for bad in [
            ["rx", "--seconds", "0"], ["rx", "--frequency", "-1"], ["rx", "--data-rate", "16"],
            ["tx-test", "--data-rate", "99"], ["tx-test", "--data-rate", "999"], ["tx-test", "--carrier", "0"],
            ["tx-test", "--carrier", "3601"], ["tx-test", "--carrier", "1", "--data-rate", "3"],
        ] { #expect(try CommandRunner.run(["radio"] + bad + ["--config", config]).status == 64, "\(bad)") }
    }

    @Test func `figures are those of the sorted series, by nearest rank`() {
        let figures = LatenessFigures((1...1_000).map { .microseconds(Int64($0)) }.reversed())
        #expect(figures.p50 == .microseconds(500) && figures.p99 == .microseconds(990))
        #expect(figures.p999 == .microseconds(999) && figures.worst == .milliseconds(1))
        #expect(figures.histogram == [10, 10, 30, 50, 100, 300, 500, 0, 0, 0, 0, 0, 0])
        #expect(figures.windows.map(\.modulation.spreadingFactor) == Array(7...12))
        let none = LatenessFigures([])
        #expect(none.worst == .zero && none.histogram.allSatisfy { $0 == 0 })
    }
}
