import Foundation
import TestSupport
import Testing

@testable import BridgeConfiguration

/// Each try costs a restart: all that is wrong is told at once.
@Suite struct AllMistakesTests {
    func mistakes(_ text: String) -> [ConfigurationMistake] {
        do {
            _ = try BridgeConfiguration(text: text)
            return []
        } catch {
            return error.mistakes
        }
    }

    @Test func `mistakes of all sections and kinds are told together, in the order of the file`() {
        let told = mistakes(
            """
            [[meter]]
            name = "main"
            input = 5
            baud = 5
            silent_after = "30s"
            [lorawan]
            region = "EU"
            dev_eui = "70B3"
            adr = True
            dayly_airtime = "30s"
            [radio]
            type = "udp-gateway"
            server = "nobody"
            [[report]]
            every = "15 minutes"
            meters = ["mian"]
            fields = ["1-0:1.8.0", "1.8.0", { obis = "1-0:2.8.0", resolution = 0 }]
            [sate]
            path = "x"
            [metrics]
            listen = "9471"
            """)
        let wanted: [(line: Int?, words: String)] = [
            (3, "[[meter]] 1 input: must be a text in quotes, this is the number 5"), (4, "baud: must be"),
            (5, "silent_after: must be in whole minutes"), (6, "join_eui: is missing"), (6, "app_key: is missing"),
            (7, "region: \"EU\" is not supported"), (8, "dev_eui: "), (9, "adr: write true"),
            (10, "did you mean \"daily_airtime\"?"), (13, "server: "), (15, "every: \"15 minutes\""),
            (16, "did you mean \"main\"?"), (17, "1.8.0"), (17, "resolution: 0 must be"),
            (18, "did you mean \"state\"?"),
            (21, "listen: "),
        ]
        #expect(told.count == wanted.count, "\(told)")
        for (mistake, (line, words)) in zip(told, wanted) {
            #expect(mistake.line == line && mistake.message.contains(words), "\(mistake), not \(words)")
        }
    }

    @Test func `nothing is called missing that is misspelt, can't be read, or may stand below a lost header`() {
        let minimal = TestConfiguration.minimal
        for text in [
            minimal.replacing("[lorawan]", with: "[lorwan]"), minimal.replacing("input =", with: "inptu ="),
            minimal.replacing("[[report]]", with: "[[reprt]]"), minimal.replacing("[[meter]]", with: "[[metre]]"),
            minimal.replacing("\"70B3D57ED0000001\"", with: "70B3D57ED0000001"),
            minimal.replacing("[lorawan]", with: "[}"),
            minimal.replacing("[[report]]", with: "[report]"), minimal.replacing("[lorawan]", with: "[[lorawan]]"),
            minimal.replacing("dev_eui =", with: "DevEUI ="), minimal.replacing("dev_eui =", with: "dev_eui:"),
        ] {
            let told = mistakes(text)
            #expect(told.count == 1 && !told[0].message.contains("missing"), "\(told)")
        }
    }

    @Test(arguments: [
        ("[[report]]", "[report]\nkind = \"status\"\n[[report]]", 7, "[report] is in single brackets"),
        ("[[report]]", "[report]", 7, "must be written in double brackets: [[report]]"),
        ("[lorawan]", "[[lorawan]]", 3, "single brackets: [lorawan]"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nname = \"ma\\u0000in\"", 3, "control character"),
        ("\"/dev/ttyUSB0\"", "\"/dev/tty\\u0000USB0\"", 2, "control character"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nname = \"\"", 3, "is empty"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nsilent_after = \"90s\"", 3, "this is 1 min 30 s"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nsilent_after = \"500ms\"", 3, "whole minutes"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nsystem_title = \"5341476770050E\"", 3, "16 hexadecimal digits"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nsystem_title = \"53414767700 50E \"", 3, "16 hexadecimal digits"),
        ("\"/dev/ttyUSB0\"", "\"/dev/ttyUSB0\"\nalarms = { import_kw = 11.555 }", 3, "in steps of 0.01"),
        ("[[report]]", "[[report]]\nevery = \"10500ms\"", 8, "in steps of 10 s"),
        ("[[report]]", "[[report]]\nmeters = [\"main\", \"main\"]", 8, "twice"),
        (
            "[[report]]", "[radio]\ntype = \"udp-gateway\"\ngateway_eui = \"+A555A0000000001\"\n[[report]]", 9,
            "16 hexadecimal"
        ),
        ("[[report]]", "[[pulse]]\nline = 5\nper_unit = 1\nsave_every = \"2h\"\n[[report]]", 10, "at most 1h"),
        ("dev_eui =", "dev_eui = \"{ 0x01, 0x00 }\"#", 5, "in the order of the console"),
    ])
    func `what the example says of a value holds`(place: String, replacement: String, line: Int, words: String) {
        let told = mistakes(TestConfiguration.minimal.replacing(place, with: replacement))
        #expect(told.first?.line == line && told.first?.message.contains(words) == true, "\(told)")
    }

    @Test func `sixteen meters are read, and of more only the number is told`() {
        let meters = (1...17).map { "[[meter]]\nname = \"m\($0)\"\ninput = \"/dev/x\"\n" }
        let rest = TestConfiguration.minimal.replacing("[[meter]]\ninput = \"/dev/ttyUSB0\"\n", with: "")
        #expect(mistakes(meters.dropLast().joined() + rest) == [])
        let told = mistakes(meters.joined() + rest)
        #expect(told.count == 1 && told[0].message.contains("17"), "\(told)")
        let many = mistakes(String(repeating: "[[meter]]\n", count: 50_000) + rest)
        #expect(many.count < 40)
    }
}
