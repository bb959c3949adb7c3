import Ciphers
import Foundation
import TestTags
import Testing
import UplinkPayload

@Suite(.tags(.process), .waits, .slow) struct DownlinkCommandTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        let text = """
            [[meter]]
            name = "main"
            [[report]]
            fields = ["1-0:1.8.0"]
            [[report]]
            kind = "intervals"
            fields = ["1-0:1.8.0"]
            """
        path = try folder.write(text.utf8, to: "layouts.toml")
    }

    private func run(_ arguments: String...) throws -> CommandRunner.Outcome {
        try CommandRunner.run(["downlink", "--config", path] + arguments)
    }

    @Test func `downlink makes the bytes that the wire format's page shows`() throws {
        let words = ["--sequence", "12", "set_report", "on=true", "report=1", "every_s=1800", "send_status"]
        let hex = try CommandRunner.run(["downlink", "--config", path, "--format", "hex"] + words)
        #expect(hex.output == "100c138100b428\n", "\(hex.errors)")
        let base64 = try CommandRunner.run(["downlink", "--config", path, "--format", "base64"] + words)
        #expect(base64.output == "EAwTgQC0KA==\n")
    }

    @Test func `the messages are those of both servers' brokers`() throws {
        let outcome = try run(
            "--format", "json", "--sequence", "1", "--dev-eui", "70B3D57ED0001234", "--application", "meters",
            "--device",
            "cellar", "send_intervals", "report=2", "meter=main", "from=2026-06-20T14:15:00Z", "count=96")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
        let base64 = try #require(object["base64"] as? String)
        let chirp = try #require(object["chirpstack"] as? [String: Any])
        #expect(chirp["topic"] as? String == "application/meters/device/70b3d57ed0001234/command/down")
        let message = try #require(chirp["message"] as? [String: Any])
        #expect(message["data"] as? String == base64 && message["fPort"] as? Int == 10)
        #expect(message["devEui"] as? String == "70b3d57ed0001234" && message["confirmed"] as? Bool == false)
        let things = try #require(object["the_things_stack"] as? [String: Any])
        #expect(things["topic"] as? String == "v3/meters@ttn/devices/cellar/down/push")
        let downlink = try #require(((things["message"] as? [String: Any])?["downlinks"] as? [[String: Any]])?.first)
        #expect(downlink["frm_payload"] as? String == base64 && downlink["f_port"] as? Int == 10)
        #expect(downlink["priority"] as? String == "NORMAL")
    }

    @Test func `each command that decoders show can be made of its words`() throws {
        let all: [(words: [String], command: Command)] = [
            (["send_now"], .sendNow(report: nil)), (["send_now", "report=2"], .sendNow(report: 2)),
            (["set_report", "report=1", "on=false"], .setReport(1, isOn: false, period: nil)),
            (["set_report", "report=1", "on=true", "every_s=null"], .setReport(1, isOn: true, period: nil)),
            (
                ["set_limit", "value=253.5", "limit=over_voltage_v", "meter=main"],
                .setLimit(.overVoltage, meter: 0, value: 2_535)
            ),
            (
                ["set_limit", "meter=main", "limit=import_kw", "value=null"],
                .setLimit(.importPower, meter: 0, value: nil)
            ),
            (["set_airtime", "daily_s=20"], .setAirTime(200)), (["set_airtime", "daily_s=null"], .setAirTime(nil)),
            (["rejoin"], .rejoin), (["send_status"], .sendStatus),
        ]
        for (words, command) in all {
            let outcome = try CommandRunner.run(
                ["downlink", "--config", path, "--format", "hex", "--sequence", "9"] + words)
            #expect(
                outcome.output == CommandFrame(sequence: 9, commands: [command]).encode().hex + "\n",
                "\(outcome.errors)")
        }
    }

    @Test func `commands made one after the other have numbers of their own`() throws {
        let numbers = try (0..<5).map { _ in
            let hex = try run("--format", "hex", "send_status").output
            return try #require(Int(hex.dropFirst().prefix(3), radix: 16))
        }
        #expect(Set(numbers).count == 5)
        let minute = Int(Date().timeIntervalSince1970 - 1_577_836_800) / 60 % 4_096
        #expect(numbers.allSatisfy { ($0 - minute + 4_096) % 4_096 < 300 })
    }

    @Test func `what can't be made or carried out says which command and what is wanted`() throws {
        let wrong: [([String], String)] = [
            (["explode"], #"command is "explode", expected one of send_now, "#),
            (["send_now", "report=3"], "send_now: there is no [[report]] 3, there are 2"),
            (["set_report", "report=1"], "set_report: on is missing"),
            (["set_report", "report=1", "on=1"], #"set_report: on is "1", expected true or false"#),
            (
                ["set_report", "report=1", "on=true", "every_s=15"],
                "expected a number from 10 to 655340 in steps of 10, or null"
            ),
            (["rejoin", "now=1"], "rejoin: unknown argument now, it takes none"),
            (["send_now", "report=1", "report=2"], "send_now: report is given twice"),
            (["set_limit", "meter=attic", "limit=import_kw", "value=5"], #"meter is "attic", expected one of main"#),
            (
                ["send_intervals", "report=1", "meter=main", "from=2026-06-20T14:15:00Z", "count=9"],
                "[[report]] 1 has no intervals, which has 2"
            ),
            (
                ["send_intervals", "report=2", "meter=main", "from=2026-06-20T14:16:00Z", "count=9"],
                "expected the beginning of a quarter-hour"
            ),
            (["report=1"], "stands before the name of a command"), ([], "Which command?"),
            (["--sequence", "4096", "rejoin"], "expected 0 to 4095"),
        ]
        for (words, message) in wrong {
            let outcome = try CommandRunner.run(["downlink", "--config", path] + words)
            #expect(outcome.status == 64 && outcome.errors.contains(message), "\(words): \(outcome.errors)")
        }
        let long = try CommandRunner.run(["downlink", "--config", path] + Array(repeating: "send_now", count: 121))
        #expect(long.status == 1 && long.errors.contains("244 bytes, but a downlink carries at most 242"))
        let slow = try CommandRunner.run(["downlink", "--config", path] + Array(repeating: "send_now", count: 26))
        #expect(slow.status == 0 && slow.errors.contains("only 51 arrive"))
    }
}
