import Ciphers
import Foundation
import HardwareInterfaces
import LoRaWAN
import MeterValues
import RadioDrivers
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning

@Suite struct ConfigurationTests {
    static var packageRoot: URL {
        var folder = URL(filePath: #filePath)
        // Tests/BridgeConfigurationTests/ConfigurationTests.swift
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder
    }

    @Test func `the example configuration is valid as it stands`() throws {
        let path = Self.packageRoot.appending(path: "config.example.toml").path
        let configuration = try BridgeConfiguration(contentsOfFile: path)
        #expect(configuration.meters.map(\.name) == ["main"])
        #expect(configuration.lorawan.devEUI == DevEUI(rawValue: 0x70B3_D57E_D000_0001))
        #expect(configuration.reports.map(\.kind) == [.readings, .intervals, .status])
        #expect(configuration.reports.map(\.every) == [.minutes(15), .minutes(15), .hours(24)])
        #expect(configuration.schema.layouts.first?.fields.map(\.name) == ["import_kwh", "export_kwh", "import_kw"])
        #expect(configuration.statePath == "/var/lib/p1lora/state.db")
    }

    @Test func `every option that the example shows as a comment is accepted with the value shown`() throws {
        let text = try String(contentsOf: Self.packageRoot.appending(path: "config.example.toml"), encoding: .utf8)
        // Options that exclude each other stand in sections of their own: # for KEY = "VALUE"
        for choice in [
            ["type": "sx127x", "activation": "otaa", "region": "EU868"],
            ["type": "udp-gateway", "activation": "otaa", "region": "EU868"],
            ["type": "rn2483", "activation": "otaa", "region": "EU868"],
            ["type": "lora-e5", "activation": "otaa", "region": "EU868"],
            ["type": "rak3172", "activation": "otaa", "region": "EU868"],
            ["type": "rn2483", "activation": "abp", "region": "US915"],
            ["type": "simulated", "activation": "abp", "region": "EU868"],
            ["type": "sx127x", "activation": "abp", "region": "US915"],
        ] {
            var isWanted = true
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
                if line.hasPrefix("# for ") {
                    isWanted = line.matches(of: /(\w+) = "([^"]+)"/).allSatisfy { choice[String($0.1)] == String($0.2) }
                    return nil
                }
                if line.hasPrefix("# -----") { isWanted = true }
                // Two registers' quarter-hours are more than US915's DR0 carries.
                if choice["region"] == "US915", line.hasPrefix("# lowest_data_rate") { return "lowest_data_rate = 1" }
                for (key, value) in choice where line.hasPrefix("\(key) =") || line.hasPrefix("# \(key) =") {
                    return "\(key) = \"\(value)\""
                }
                if choice["activation"] == "abp", line.hasPrefix("join_eui") || line.hasPrefix("app_key") { return nil }
                if line.hasPrefix("# [") { return String(line.dropFirst(2)) }
                guard line.hasPrefix("# "), line.contains(" = "), !line.hasPrefix("#   ") else { return String(line) }
                return isWanted ? String(line.dropFirst(2)) : nil
            }
            let configuration = try BridgeConfiguration(text: lines.joined(separator: "\n"))
            #expect(configuration.lorawan.region.name == choice["region"])
            #expect(configuration.lorawan.dailyAirTime == .seconds(30))
            #expect(configuration.lorawan.antennaGainTenths == 21)
            #expect(configuration.pulses.map(\.name) == ["garage"])
            if case .personalized(let session) = configuration.lorawan.activation {
                #expect(choice["activation"] == "abp" && session.devAddr == DevAddr(rawValue: 0x260B_0001))
                #expect(session.frequencies.isEmpty == (choice["region"] == "US915"))
            }
            #expect((configuration.lorawan.subBand == nil) == (choice["region"] == "EU868"))
        }
    }

    @Test func `a report may hold intervals or the status, and says what is wrong with it`() throws {
        func configuration(_ report: String) throws -> BridgeConfiguration {
            try BridgeConfiguration(text: TestConfiguration.minimal + "\n[[report]]\n" + report)
        }
        let intervals = try configuration("kind = \"intervals\"\nfields = [\"1-0:1.8.0\", \"0-1:24.2.1\"]")
        #expect(intervals.reports.last?.intervals?.fields.map(\.name) == ["import_kwh", "mbus1_m3"])
        #expect(intervals.reports.last?.every == .minutes(15) && intervals.reports.last?.layouts == [])
        let status = try configuration("kind = \"status\"")
        #expect(status.reports.last?.kind == .status && status.reports.last?.every == .hours(24))
        for (report, words) in [
            ("kind = \"alarm\"", "needs no [[report]]"), ("kind = \"reading\"", "readings, intervals, status"),
            ("kind = \"intervals\"\nfields = [\"1-0:1.7.0\"]", "takes registers of energy"),
            (
                "kind = \"intervals\"\nfields = [\"1-0:1.8.0\", \"1-0:2.8.0\", \"1-0:3.8.0\", \"1-0:4.8.0\", \"0-1:24.2.1\"]",
                "1 to 4"
            ),
            ("kind = \"intervals\"\nfields = [\"1-0:1.8.0\", \"1-0:1.8.0\"]", "two fields are called"),
            ("kind = \"readings\"\nfields = [\"1-0:99.1.0\"]", "not in the table of known codes"),
            ("kind = \"status\"\nfields = [\"1-0:1.8.0\"]", "unknown key"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try configuration(report) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
            #expect(error?.line != nil)
        }
    }

    @Test func `every kind of radio has a name and a driver of its own, and a wrong name is told those`() throws {
        #expect(Set(RadioKinds.all.map { $0.name }).count == RadioKinds.all.count)
        for kind in RadioKinds.all { #expect(kind is any ServedRadio.Type, "\(kind)") }
        let error = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(text: TestConfiguration.minimal + "\n[radio]\ntype = 'sx1276'")
        }
        for kind in RadioKinds.all { #expect(error?.description.contains(kind.name) == true) }
    }

    @Test func `a module on a serial port is read, with its reset pin where it has one`() throws {
        func radio(_ lines: String) throws -> ModuleConfiguration<RN2483>? {
            let text = TestConfiguration.minimal + "\n[radio]\ntype = \"rn2483\"\n" + lines
            return try BridgeConfiguration(text: text).radio as? ModuleConfiguration<RN2483>
        }
        let plain = try #require(try radio("device = \"/dev/serial0\""))
        #expect(plain.device == "/dev/serial0" && plain.reset == nil)
        let wired = try #require(try radio("device = \"/dev/serial0\"\nreset_line = 17\ngpio_chip = \"pinctrl-rp1\""))
        #expect(wired.reset == GPIOAddress(chip: "pinctrl-rp1", line: 17))
    }

    @Test(arguments: [
        ("", "", "/dev/serial0"), ("device = \"/dev/ttyUSB0\"", "", "each needs a port of its own"),
        ("device = \"/dev/x\"\nspi_hz = 1", "", "unknown key"),
        ("device = \"/dev/x\"\nreset_line = 999", "", "from -1 to 511"),
        ("device = \"/dev/x\"", "region = \"IN865\"", "use another radio"),
        ("device = \"/dev/x\"", "class = \"C\"", "use \"A\""),
        ("device = \"/dev/x\"", "certification = true", "its own MAC"),
    ])
    func `what a module can't do is refused with what to do`(radio: String, lorawan: String, words: String) throws {
        let text =
            TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\n" + lorawan)
            + "\n[radio]\ntype = \"rn2483\"\n" + radio
        let error = #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
        #expect(error?.line != nil)
    }

    @Test(
        arguments: ["lora-e5", "rak3172"],
        [
            ("device = \"/dev/serial0\"", "class = \"C\"", "use \"A\""),
            ("device = \"/dev/serial0\"", "region = \"KR920\"", "use another radio"),
            ("device = \"/dev/serial0\"", "region = \"AS923\"", "use another radio"),
            ("device = \"/dev/spidev0.0\"", "", "set type to \"sx127x\" or \"sx126x\""),
            ("", "", "is missing"),
        ])
    func `what a module with AT commands can't do is refused with what to do`(
        type: String, mistake: (radio: String, lorawan: String, words: String)
    ) throws {
        let text =
            TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\n" + mistake.lorawan)
            + "\n[radio]\ntype = \"\(type)\"\n" + mistake.radio
        let error = #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: text) }
        #expect(error?.description.contains(mistake.words) == true, "\(error?.description ?? "no error")")
    }

    @Test(arguments: ["lora-e5", "rak3172"])
    func `a given session is not for a module whose counters can't be set`(type: String) throws {
        let given = """
            activation = "abp"
            dev_eui = "70B3D57ED0000001"
            dev_addr = "26000001"
            nwk_s_key = "2B7E151628AED2A6ABF7158809CF4F3C"
            app_s_key = "3C4FCF098815F7ABA6D2AE2816157E2B"
            """
        let text =
            TestConfiguration.minimal.split(separator: "\n").filter {
                !$0.hasPrefix("join_eui") && !$0.hasPrefix("dev_eui") && !$0.hasPrefix("app_key")
            }.joined(separator: "\n").replacing("[lorawan]", with: "[lorawan]\n\(given)")
            + "\n[radio]\ntype = \"\(type)\"\ndevice = \"/dev/serial0\""
        let error = #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: text) }
        #expect(error?.description.contains("use \"otaa\"") == true, "\(error?.description ?? "no error")")
    }

    @Test func `a simulated radio is for the regions that networks are simulated in`() throws {
        func configuration(_ region: String) throws -> BridgeConfiguration {
            try BridgeConfiguration(
                text: TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(region)\"")
                    + "\n[radio]\ntype = \"simulated\"\n")
        }
        for name in SimulatedRadioKind.regions { _ = try configuration(name) }
        for name in ["RU864", "EU433", "AS923-2"] {
            let error = #expect(throws: ConfigurationError.self) { try configuration(name) }
            let words = "[lorawan] region: no network is simulated in \(name), but in EU868"
            #expect(error?.line != nil && error?.message.hasPrefix(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a value of a wrong type is told in words`() {
        for (value, words) in [
            ("5", "the number 5"), ("[]", "a list"), ("true", "true"), ("1.5", "the number 1.5"),
            ("2026-11-27", "a date"),
            ("{}", "a table"),
        ] {
            let error = #expect(throws: ConfigurationError.self) {
                try BridgeConfiguration(text: "[state]\npath = \(value)\n" + TestConfiguration.minimal)
            }
            #expect(error?.message.contains("this is \(words)") == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a span that the bridge can't keep to is refused, and a silence is told in whole minutes`() throws {
        func configuration(_ meter: String, every: String) throws -> BridgeConfiguration {
            try BridgeConfiguration(
                text: TestConfiguration.minimal.replacing("[[report]]", with: "[[report]]\nevery = \"\(every)\"")
                    .replacing("[[meter]]", with: "[[meter]]\nsilent_after = \"\(meter)\""))
        }
        for (meter, every) in [
            ("5m", "8d"), ("8d", "15m"), ("5m", "5s"), ("5m", "15s"), ("5m", "0s"), ("30s", "15m"),
            ("90s", "15m"),
        ] {
            #expect(throws: ConfigurationError.self) { try configuration(meter, every: every) }
        }
        for (meter, minutes) in [("60s", 1), ("2m", 2), ("7d", 10_080)] {
            let limits = try configuration(meter, every: "7d").settings.limits
            #expect(limits.first?[.silence] == minutes)
        }
    }

    @Test(arguments: [
        ("input =", "inptu =", "unknown key, did you mean \"input\"?"),
        ("dev_eui", "deveui", "unknown key, did you mean \"dev_eui\"?"),
        ("fields", "feilds", "unknown key, did you mean \"fields\"?"),
        ("fields = [\"1-0:1.8.0\"]", "kind = \"intervals\"", "the report needs at least one field"),
    ])
    func `a misspelt key that is needed is told as misspelt, and not as missing`(
        right: String, wrong: String, words: String
    ) {
        let error = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(text: TestConfiguration.minimal.replacing(right, with: wrong))
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
    }

    @Test func `quarter-hours that the lowest data rate never carries are refused with the way out`() throws {
        let text = TestConfiguration.minimal.replacing(
            "[[report]]\nfields = [\"1-0:1.8.0\"]",
            with: "[[report]]\nkind = \"intervals\"\nfields = [\"1-0:1.8.0\", \"1-0:2.8.0\"]")
        let american = text.replacing("[lorawan]", with: "[lorawan]\nregion = \"US915\"")
        let error = #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: american) }
        #expect(error?.description.contains("lowest_data_rate") == true, "\(error?.description ?? "no error")")
        _ = try BridgeConfiguration(text: text)
        _ = try BridgeConfiguration(text: american.replacing("[lorawan]", with: "[lorawan]\nlowest_data_rate = 1"))
        _ = try BridgeConfiguration(text: american.replacing(", \"1-0:2.8.0\"", with: ""))
    }

    @Test func `an older configuration that names itself is refused in one sentence`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("p1lora.toml")
        try Data((TestConfiguration.minimal + "\n[codec]\nolder = [\"p1lora.toml\"]\n").utf8).write(
            to: URL(filePath: path))
        let error = #expect(throws: ConfigurationError.self) { try BridgeConfiguration(contentsOfFile: path) }
        let text = error?.description ?? ""
        #expect(text.contains("names itself") && text.components(separatedBy: "older").count == 2, "\(text)")
    }

    @Test func `layouts of older configurations stay decodable`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "p1lora-older-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let old = try BridgeConfiguration(text: TestConfiguration.minimal)
        try Data(TestConfiguration.minimal.utf8).write(to: folder.appending(path: "old.toml"))
        let text =
            TestConfiguration.minimal.replacing("1-0:1.8.0", with: "1-0:2.8.0") + "\n[codec]\nolder = [\"old.toml\"]\n"
        let new = try BridgeConfiguration(text: text, folder: folder.path)
        let layout = try #require(old.schema.layouts.first)
        let payload = layout.encode(Reading(time: UTCInstant(secondsSince1970: 0), quantities: [:]), meter: 0)
        #expect(try new.schema.decode(port: 1, payload) == old.schema.decode(port: 1, payload))
        #expect(new.schema.javaScriptCodec().contains("{tag:\(layout.tag),"))
        let missing = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(
                text: TestConfiguration.minimal + "\n[codec]\nolder = [\"none.toml\"]\n", folder: folder.path)
        }
        #expect(missing?.description.contains("none.toml: can't be read") == true)
        try Data((TestConfiguration.minimal + "\n[codec]\nolder = [\"self.toml\"]\n").utf8)
            .write(to: folder.appending(path: "self.toml"))
        let circle = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(contentsOfFile: folder.appending(path: "self.toml").path)
        }
        #expect(circle?.description.contains("names itself") == true)
        let renamed = TestConfiguration.minimal.replacing("[[meter]]", with: "[[meter]]\nname = \"other\"")
        let other = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(text: renamed + "\n[codec]\nolder = [\"old.toml\"]\n", folder: folder.path)
        }
        #expect(other?.description.contains("add new ones at the end") == true)
    }

    @Test func `what is left out has the documented default`() throws {
        let configuration = try BridgeConfiguration(text: TestConfiguration.minimal)
        #expect(configuration.meters[0].tagCheck == .strict)
        #expect(configuration.meters[0].key == nil)
        #expect(configuration.meters[0].authenticationKey == nil)
        #expect(MeterKeys.luxembourgAuthenticationKey == (0..<16).map { $0 * 0x11 })
        #expect(configuration.lorawan.adaptiveDataRate)
        #expect(configuration.lorawan.dailyAirTime == .seconds(30))
        let radio = try #require(configuration.radio as? SX127xConfiguration)
        #expect(
            radio.device == "/dev/spidev0.0" && radio.dio0Line == 4 && radio.dio1Line == nil && radio.resetLine == 17
                && radio.usesPABoost)
    }

    @Test func `a whole number is accepted where a number with a point is meant`() throws {
        let text = TestConfiguration.minimal.replacingOccurrences(
            of: "[\"1-0:1.8.0\"]", with: "[{ obis = \"1-0:1.8.0\", resolution = 1, max = 868 }]")
        let field = try #require(try BridgeConfiguration(text: text).schema.layouts.first?.fields.first)
        #expect(field.resolution == Resolution(step: 1, decimals: 0))
        #expect(field.maximum >= 868 && field.width == 10)
    }
}
