import BridgeConfiguration
import BridgePlanning
import Ciphers
import Foundation
import TestTags
import Testing
import UplinkPayload

/// What codec and payload make of a configuration of which they need no key.
@Suite(.tags(.process), .waits, .slow) struct LayoutCommandTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let layouts = """
        [[meter]]
        name = "main"
        [[pulse]]
        name = "water"
        [[report]]
        fields = ["1-0:1.8.0", { obis = "1-0:32.7.0", resolution = 0.5, min = 100, max = 300 }]
        meters = ["main"]
        [[report]]
        kind = "intervals"
        every = "1h"
        fields = ["gas"]
        meters = ["water"]
        [[report]]
        kind = "status"
        every = "1d"
        """

    /// With keys that can't be read, and radios that do not exist.
    static let secrets = """
        [[meter]]
        input = "/dev/ttyUSB0"
        key_file = "not-there.key"
        auth_key = 12
        [lorawan]
        region = "US915"
        class = "C"
        lowest_data_rate = 1
        app_key = "no key at all"
        join_eui = 12
        [radio]
        type = "crystal"
        [mqtt]
        password_file = "not-there"
        [[report]]
        fields = ["1-0:1.8.0", "1-0:2.8.0", "1-0:1.7.0"]
        """

    @Test func `meters, reports and codec are enough, and keys are neither read nor judged`() throws {
        for text in [Self.layouts, Self.secrets] {
            let path = try folder.write(text.utf8, to: "layouts.toml")
            for arguments in [["codec"], ["payload", "layout"]] {
                let outcome = try CommandRunner.run(arguments + ["--config", path])
                #expect(outcome.status == 0, "\(arguments) \(outcome.errors)")
            }
        }
        #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: Self.secrets) }
    }

    /// A pipe that nobody writes to stops whoever opens it.
    @Test(arguments: [
        ("silent_after = \"30s\"", "silent_after: must be in whole minutes"), ("baud = 1234", "baud: must be one of"),
        ("inptu = \"/dev/ttyUSB0\"", "inptu: unknown key"), ("framing = \"9N1\"", "framing"),
        ("[[pulse]]\nline = \"24\"", "line: must be the number"), ("[[pulse]]\nper_unit = 0", "per_unit"),
        ("[[pulse]]\nsave_every = \"2h\"", "save_every: must be at most 1h"),
    ])
    func `what is written of meters is judged, though their names would do`(line: String, message: String) throws {
        let path = try folder.write("[[meter]]\n\(line)\n[[report]]\nkind = \"status\"\n".utf8, to: "layouts.toml")
        let outcome = try CommandRunner.run(["payload", "layout", "--config", path])
        #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `no file of keys is opened, of an older configuration either`() throws {
        for name in ["app.key", "meter.key"] {
            #expect(mkfifo(folder.url.appending(path: name).path, 0o600) == 0)
        }
        let older = Self.secrets.replacingOccurrences(
            of: "app_key = \"no key at all\"", with: "app_key_file = \"app.key\""
        )
        .replacingOccurrences(of: "not-there.key", with: "meter.key")
        _ = try folder.write(older.utf8, to: "older.toml")
        let text = older.replacingOccurrences(of: ", \"1-0:1.7.0\"", with: "") + "\n[codec]\nolder = [\"older.toml\"]\n"
        let path = try folder.write(text.utf8, to: "newer.toml")
        let outcome = try CommandRunner.shell("p1lora payload decode --config \(path) --port 99 00")
        #expect(outcome.status == 1 && outcome.errors.contains("port 99"), "\(outcome.errors)")
    }

    @Test func `what is exported lays out as the bridge does, and holds no word of a key`() throws {
        for name in ["older.toml", "oldest.toml"] {
            let other = Self.secrets.replacingOccurrences(
                of: "\"1-0:2.8.0\"", with: name == "older.toml" ? "\"1-0:3.8.0\"" : "\"1-0:4.8.0\"")
            _ = try folder.write(
                (other + (name == "older.toml" ? "\n[codec]\nolder = [\"oldest.toml\"]" : "")).utf8, to: name)
        }
        let texts = [
            Self.layouts, Self.secrets + "\n[codec]\nolder = [\"older.toml\"]\nkeys = \"by_meter\"\n",
            try String(contentsOfFile: CommandTests.example, encoding: .utf8),
        ]
        for (number, text) in texts.enumerated() {
            let path = try folder.write(text.utf8, to: "bridge.toml")
            let export = folder.url.appending(path: "export\(number).toml").path
            let outcome = try CommandRunner.run("payload", "layout", "--config", path, "--export", export)
            #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
            let (before, after) = (
                try LayoutConfiguration(contentsOfFile: path), try LayoutConfiguration(contentsOfFile: export)
            )
            #expect(before.schema == after.schema && before.model == after.model)
            #expect(before.schema.javaScriptCodec() == after.schema.javaScriptCodec())
            #expect(before.reports.map(\.every) == after.reports.map(\.every))
            #expect(before.reports.map(\.meters) == after.reports.map(\.meters))
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
            where file.hasPrefix("export") {
                let text = try String(contentsOf: folder.url.appending(path: file), encoding: .utf8)
                #expect(!text.contains(/(app|nwk|auth)_|^key|eui|\[lorawan|\[radio|input|password/))
            }
        }
        #expect(FileManager.default.fileExists(atPath: folder.url.appending(path: "export1.toml.older1.older1").path))
    }

    @Test func `what stands in [codec] and in [lorawan] has to be the same`() throws {
        let text = try String(contentsOfFile: CommandTests.example, encoding: .utf8)
        let error = try #require(throws: ConfigurationError.self) {
            try BridgeConfiguration(
                text: text.replacingOccurrences(of: "[codec]", with: "[codec]\nregion = \"US915\"\n"))
        }
        #expect("\(error)".contains("[codec] region: is \"US915\" here and \"EU868\" in [lorawan]"))
        #expect(throws: Never.self) {
            try BridgeConfiguration(
                text: text.replacingOccurrences(of: "[codec]", with: "[codec]\nregion = \"EU868\"\n"))
        }
    }

    @Test func `codec tells of meters that share keys, and makes keys by meter`() throws {
        let two = "[[meter]]\nname = \"main\"\n[[meter]]\nname = \"garage\"\n[[report]]\nfields = [\"1-0:1.8.0\"]\n"
        let path = try folder.write(two.utf8, to: "two.toml")
        let outcome = try CommandRunner.run("codec", "--config", path)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("the meters main, garage share the keys import_kwh:"))
        let other = try folder.write((two + "[codec]\nkeys = \"by_meter\"\n").utf8, to: "by-meter.toml")
        #expect(try CommandRunner.run("codec", "--config", other).errors.isEmpty)
        let decoded = try CommandRunner.run("payload", "decode", "--config", other, "--port", "1", "b010000499c0")
        #expect(decoded.output == "{\"report\":\"readings\",\"meter\":\"garage\",\"garage_import_kwh\":4.711}\n")
    }

    @Test(arguments: [
        "b0002f185380", "B0 00 2F 18 53 80", "0xb0,0x00,0x2f,0x18,0x53,0x80", "sAAvGFOA", "[176, 0, 47, 24, 83, 128]",
        "[176,0,47,24,83,128]",
    ])
    func `payload decode takes a payload in the form in which people hold it`(text: String) throws {
        let path = try folder.write("[[meter]]\n[[report]]\nfields = [\"1-0:1.8.0\"]\n".utf8, to: "one.toml")
        let outcome = try CommandRunner.run("payload", "decode", "--config", path, "--port", "1", text)
        #expect(
            outcome.output == "{\"report\":\"readings\",\"meter\":\"main\",\"import_kwh\":12345.678}\n",
            "\(outcome.errors)")
    }

    /// "EMABEMAB" is hexadecimal no more than "100c28" is anything else; "EEEE" could be both.
    @Test func `base64 in hexadecimal digits is taken for what decodes`() throws {
        let path = try folder.write("[[meter]]\n[[report]]\nfields = [\"1-0:1.8.0\"]\n".utf8, to: "one.toml")
        var both = 0
        for sequence in 0..<4_096 {
            let bytes = CommandFrame(sequence: sequence, commands: [.sendStatus]).encode()
            let text = Data(bytes).base64EncodedString()
            guard let hex = [UInt8](hex: text), hex.first.map({ $0 >> 4 != 1 }) == true else { continue }
            both += 1
            let outcome = try CommandRunner.run(
                "payload", "decode", "--config", path, "--port", "10", "--downlink", text)
            #expect(outcome.output == "{\"sequence\":\(sequence),\"commands\":[{\"command\":\"send_status\"}]}\n")
            if both == 3 { break }
        }
        let refused = try CommandRunner.run("payload", "decode", "--config", path, "--port", "1", "xyz!")
        #expect(refused.status == 64 && refused.errors.contains("base64"))
        #expect(try CommandRunner.run("payload", "decode", "--config", path, "--port", "1", "[256]").status == 64)
    }
}
