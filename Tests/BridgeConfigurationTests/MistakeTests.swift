import Foundation
import TestSupport
import Testing

@testable import BridgeConfiguration

/// What a person is told of one mistake in the file.
@Suite struct MistakeTests {
    @Test(arguments: [
        ("input = \"/dev/ttyUSB0\"", "inptu = \"x\"\ninput = \"/dev/ttyUSB0\"", 2, "did you mean \"input\"?"),
        ("input = \"/dev/ttyUSB0\"", "name = \"x\"", 1, "input: is missing"),
        ("input = \"/dev/ttyUSB0\"", "input = 5", 2, "must be a text in quotes"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nkey = \"0011\"", 3, "this one has 2 bytes"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nkey = \"00112233445566778899AABBCCDDEEFG\"", 3, "0-9, A-F"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\ntag = \"loose\"", 3, "\"strict\" or \"crc-only\""),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nbaud = 299", 3, "from 300 to 115200"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nbaud = 99999999999999", 3, "from 300 to 115200"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nalarms = { import_kwh = 5 }", 3, "did you mean \"import_kw\"?"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nalarms = { import_kw = 900 }", 3, "must be from 0 to 650"),
        ("input = \"/dev/ttyUSB0\"", "input = \"x\"\nalarms = 5", 3, "a table in braces"),
        ("[lorawan]", "[lorwan]", 3, "did you mean \"lorawan\"?"),
        ("join_eui", "region = \"XX\"\njoin_eui", 4, "not supported, known are EU868, EU433"),
        ("dev_eui = \"70B3D57ED0000001\"", "dev_eui = \"70B3\"", 5, "it must have 16"),
        ("app_key = \"2B7E151628AED2A6ABF7158809CF4F3C\"", "", 3, "app_key: is missing"),
        ("[[report]]", "[radio]\ntype = \"lora\"\n[[report]]", 8, "must be \"sx127x\""),
        ("[[report]]", "[radio]\ntype = \"udp-gateway\"\nserver = \"nobody\"\n[[report]]", 9, "must be host:port"),
        ("fields = [\"1-0:1.8.0\"]", "fields = [\"1.8.0\"]", 8, "is no OBIS code"),
        ("fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:99.9.9\"]", 8, "give it a unit"),
        ("fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:1.8.0\", \"1-0:1.8.0\"]", 8, "two fields are called"),
        (
            "fields = [\"1-0:1.8.0\"]", "fields = [{ obis = \"1-0:1.8.0\", resolutoin = 1 }]", 8,
            "did you mean \"resolution\"?"
        ),
        ("fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:1.8.0\"]\nevery = \"15 minutes\"", 9, "is no time span"),
        (
            "fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:1.8.0\"]\nmeters = [\"heat\"]", 9,
            "no [[meter]] or [[pulse]] with the name"
        ),
        ("fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:1.8.0\"]\nevery = \"399999999m\"", 9, "is no time span"),
        (
            "fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:1.8.0\"]\nevery = \"9223372036854775807d\"", 9,
            "is no time span"
        ),
        ("fields = [\"1-0:1.8.0\"]", "fields = [\"1-0:1.8.0\"]\nmeters = []", 9, "names no meter"),
        ("fields = [\"1-0:1.8.0\"]", "kind = \"reading\"\nfields = [\"1-0:1.8.0\"]", 8, "no kind of report"),
    ])
    func `a mistake is told with its line and what to write instead`(
        place: String, replacement: String, line: Int, hint: String
    ) throws {
        let text = TestConfiguration.minimal.replacingOccurrences(of: place, with: replacement)
        #expect(text != TestConfiguration.minimal)
        do {
            _ = try BridgeConfiguration(text: text)
            Issue.record("accepted: \(replacement)")
        } catch {
            #expect(error.line == line, "\(error)")
            #expect(error.message.contains(hint), "\(error)")
        }
    }

    @Test func `a mistake is told with its line whatever the line ends are`() throws {
        let text = TestConfiguration.minimal.replacingOccurrences(of: "[lorawan]", with: "tag = 5\n[lorawan]")
        do {
            _ = try BridgeConfiguration(text: text.replacingOccurrences(of: "\n", with: "\r\n"))
            Issue.record("accepted")
        } catch {
            #expect(error.line == 3, "\(error)")
        }
    }

    @Test func `a bridge with nothing to send, and a text that is cut by a NUL, are refused`() {
        let silent = TestConfiguration.minimal.split(separator: "\n").dropLast(2).joined(separator: "\n")
        #expect(throws: ConfigurationError(line: nil, "there is no [[report]]: the bridge has nothing to send")) {
            try BridgeConfiguration(text: silent)
        }
        #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(text: TestConfiguration.minimal + "\n\0[state")
        }
    }

    @Test func `a file that is not UTF-8 is refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("latin1.toml")
        let text = TestConfiguration.minimal.replacingOccurrences(of: "input", with: "name = \"café\"\ninput")
        try #require(text.data(using: .isoLatin1)).write(to: URL(filePath: path))
        #expect(throws: ConfigurationError.self) { try BridgeConfiguration(contentsOfFile: path) }
    }

    @Test func `a syntax error is told with its line`() {
        do {
            _ = try BridgeConfiguration(text: TestConfiguration.minimal + "\n[state\n")
            Issue.record("accepted")
        } catch {
            #expect(error.line == 9)
        }
    }
}
