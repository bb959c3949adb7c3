import HardwareSimulators
import TestTags
import Testing
import Timekeeping

@testable import UplinkPayload

@Suite(.tags(.process), .waits, .slow) struct JavaScriptDownlinkTests {
    let schema: PayloadSchema

    init() throws {
        schema = try UplinkPayloadTests.schema(["1-0:1.8.0"], meters: RandomMessages.meters)
    }

    func list(_ bytes: [UInt8]) -> String { "[\(bytes.map(String.init).joined(separator: ","))]" }

    @Test(arguments: CodecEngines.all)
    func `random commands are encoded as Swift does, and decoded to what was encoded`(engine: JavaScriptEngine) throws {
        var random = SeededRandom(seed: 5)
        let frames = (0..<JavaScriptCodecTests.cases).map { _ in
            CommandFrame(
                sequence: .random(in: 0...4_095, using: &random),
                commands: (0...Int.random(in: 0...5, using: &random)).map { _ in RandomMessages.command(using: &random)
                })
        }
        let calls = try frames.flatMap { frame in
            let bytes = frame.encode()
            return [
                "encodeDownlink({data: \(try schema.decodeDownlink(port: 10, bytes).json)})",
                "decodeDownlink({fPort: 10, bytes: \(list(bytes))})",
            ]
        }
        let results = try engine.evaluate(codec: schema.javaScriptCodec(), calls, timeLimit: .minutes(3))
        #expect(results.count == calls.count)
        for (index, frame) in frames.enumerated() where index * 2 + 1 < results.count {
            let bytes = frame.encode()
            let encoded = "{\"fPort\":10,\"bytes\":\(list(bytes)),\"errors\":[],\"warnings\":[]}"
            if results[index * 2] != encoded { #expect(results[index * 2] == encoded) }
            let decoded = CodecEngines.expectation { () throws(DecodeError) in
                try schema.decodeDownlink(port: 10, bytes)
            }
            if results[index * 2 + 1] != decoded { #expect(results[index * 2 + 1] == decoded) }
        }
    }

    @Test(arguments: CodecEngines.all)
    func `random bytes on the downlink port decode as Swift does`(engine: JavaScriptEngine) throws {
        var random = SeededRandom(seed: 6)
        let downlinks = (0..<JavaScriptCodecTests.cases).map { number in
            var bytes = RandomMessages.bytes(0...20, using: &random)
            if number % 4 > 0, !bytes.isEmpty { bytes[0] = 0x10 }
            return bytes
        }
        let calls = downlinks.map { "decodeDownlink({fPort: 10, bytes: \(list($0))})" }
        let results = try engine.evaluate(codec: schema.javaScriptCodec(), calls, timeLimit: .minutes(3))
        #expect(results.count == calls.count)
        for (bytes, result) in zip(downlinks, results) {
            let expected = CodecEngines.expectation { () throws(DecodeError) in
                try schema.decodeDownlink(port: 10, bytes)
            }
            if result != expected { #expect(result == expected) }
        }
    }

    @Test(arguments: CodecEngines.all)
    func `what can't be encoded says which command, which key, the value seen and the value wanted`(
        engine: JavaScriptEngine
    ) throws {
        func error(_ command: String) -> (String, String) { ("{sequence: 1, commands: [\(command)]}", command) }
        let form = #"expected {"sequence": 1, "commands": [{"command": "send_now"}]}"#
        let period = "expected a number from 10 to 655340 in steps of 10, or null"
        let boundary =
            #"expected the beginning of a quarter-hour from 2020 to 2079, such as "2026-11-23T06:15:00Z""#
        let range = #"{command: "send_intervals", report: 1, meter: "main", count: 1, from: "#
        let wrong: [(String, String)] = [
            ("null", form), ("{}", form), ("{sequence: 1, commands: []}", form),
            (
                "{sequence: '1', commands: [{command: 'rejoin'}]}",
                "sequence is \"1\", expected a number from 0 to 4095 in steps of 1"
            ),
            (
                "{sequence: 1, commands: [\(Array(repeating: "{command: 'send_now'}", count: 121).joined(separator: ","))]}",
                "244 bytes, but a downlink carries at most 242: send the commands in several"
            ),
            (
                "{sequence: 4096, commands: [{command: 'rejoin'}]}",
                "sequence is 4096, expected a number from 0 to 4095 in steps of 1"
            ),
            ("{sequence: 1, commands: [null]}", "command 1: must be an object"),
            (
                "{sequence: 1, commands: [{command: 'rejoin'}, {command: 'explode'}]}",
                #"command 2: command is "explode", expected one of send_now, set_report, set_limit, send_intervals, "#
                    + "send_status, rejoin, set_airtime, acknowledge_intervals"
            ),
            (
                "{sequence: 1, commands: [{command: 'set_report', report: 1, on: true, evry_s: 60}]}",
                "command 1: unknown key evry_s"
            ),
            ("{sequence: 1, commands: [{command: 'set_report', on: true}]}", "command 1: report is missing"),
            (
                "{sequence: 1, commands: [{command: 'set_report', report: 1, on: 1}]}",
                "command 1: on is 1, expected true or false"
            ),
            (
                "{sequence: 1, commands: [{command: 'set_report', report: 1, on: true, every_s: 15}]}",
                "command 1: every_s is 15, " + period
            ),
            (
                "{sequence: 1, commands: [{command: 'set_report', report: 1, on: true, every_s: '60'}]}",
                #"command 1: every_s is "60", "# + period
            ),
            (
                "{sequence: 1, commands: [{command: 'set_limit', meter: 'attic', limit: 'silent_min', value: 5}]}",
                #"command 1: meter is "attic", expected one of main, heat pump"#
            ),
            (
                "{sequence: 1, commands: [{command: 'set_limit', meter: 'main', limit: 'over_voltage_v', value: 253.05}]}",
                "command 1: value is 253.05, expected a number from 0 to 6553.4 in steps of 0.1, or null"
            ),
            ("{sequence: 1, commands: [{command: 'set_airtime'}]}", "command 1: daily_s is missing"),
            (
                "{sequence: 1, commands: [\(range)'2026-02-30T00:00:00Z'}]}",
                #"command 1: from is "2026-02-30T00:00:00Z", "# + boundary
            ),
            (
                "{sequence: 1, commands: [\(range)'2026-11-23T06:10:00Z'}]}",
                #"command 1: from is "2026-11-23T06:10:00Z", "# + boundary
            ),
        ]
        let results = try engine.evaluate(
            codec: schema.javaScriptCodec(), wrong.map { "encodeDownlink({data: \($0.0)})" })
        #expect(results.count == wrong.count)
        for (result, (_, message)) in zip(results, wrong) {
            #expect(result == "{\"errors\":[\(JSONText.quoted(message))],\"warnings\":[]}")
        }
    }

    @Test(arguments: CodecEngines.all)
    func `arguments that may be left out take their default`(engine: JavaScriptEngine) throws {
        let results = try engine.evaluate(
            codec: schema.javaScriptCodec(),
            [
                "encodeDownlink({data: {sequence: 7, commands: [{command: 'send_now'}]}}).bytes",
                "encodeDownlink({data: {sequence: 7, commands: [{command: 'set_report', report: 2, on: false}]}}).bytes",
            ])
        #expect(results == ["[16,7,9,0]", "[16,7,19,2,255,255]"])
    }

    @Test(arguments: CodecEngines.all)
    func `a downlink beyond what the slowest data rates carry is made with a warning`(engine: JavaScriptEngine) throws {
        let calls = [24, 25, 120].map { count in
            let commands = Array(repeating: "{command: 'send_now'}", count: count).joined(separator: ",")
            return "encodeDownlink({data: {sequence: 1, commands: [\(commands)]}}).warnings"
        }
        let results = try engine.evaluate(codec: schema.javaScriptCodec(), calls)
        func warning(_ bytes: Int) -> String { "[\"\(bytes) bytes: at the slowest data rates only 51 arrive\"]" }
        #expect(results == ["[]", warning(52), warning(242)])
    }

    @Test(arguments: CodecEngines.all)
    func `without a sequence number the minutes since 2020 are taken`(engine: JavaScriptEngine) throws {
        let call =
            "decodeDownlink({fPort: 10, bytes: encodeDownlink({data: {commands: [{command: 'rejoin'}]}}).bytes}).data"
        let results = try engine.evaluate(
            codec: schema.javaScriptCodec(),
            ["Math.floor(new Date().getTime() / 60000) - 26297280", "\(call).sequence"])
        let numbers = results.compactMap(Int.init)
        try #require(numbers.count == 2)
        #expect([numbers[0] % 4_096, (numbers[0] + 1) % 4_096].contains(numbers[1]))
        let time = UTCInstant(secondsSince1970: Int64(numbers[0] + 26_297_280) * 60)
        #expect(CommandFrame.sequence(at: time) == numbers[0] % 4_096)
    }
}
