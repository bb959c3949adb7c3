import BridgeConfiguration
import BridgePlanning
import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import Testing

@testable import BridgeSetup

/// `p1lora setup` on a configuration that is there.
@Suite struct ExistingFileTests {
    private static let byHand = """
        # my meter, in the cellar
        [[meter]]
        name = "cellar"    # beside the boiler
        input = "/dev/ttyUSB0"
        key = "00112233445566778899AABBCCDDEEFF" # letter of 3 May
        silent_after = "10m"

        [lorawan]
          region = "EU868"
        network = 'ttn'   # "community" edition
        join_eui = "0000000000000001"
        dev_eui = "70B3D57ED0001234"
        app_key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
        antenna_gain_dbi = 3.5

        [radio]
        type = "sx127x"
        board = "loraspi"
        spi_hz = 1000000   # long wires

        [[report]]
        fields = [
          "1-0:1.8.0",   # import
          "1-0:2.8.0",
        ]

        [mqtt]
        host = "broker.lan"

        """

    private func edited(_ change: (inout SetupAnswers) -> Void) -> String? {
        let file = ExistingFile(text: Self.byHand)
        var answers = SetupAnswers()
        file.propose(into: &answers)
        change(&answers)
        return file.edited(answers)
    }

    /// The lines that differ: those that are gone, and those that are new.
    private func difference(_ text: String?) -> [String] {
        let (old, new) = (Self.byHand.split(separator: "\n"), (text ?? "").split(separator: "\n"))
        return old.filter { !new.contains($0) }.map { "-\($0)" } + new.filter { !old.contains($0) }.map { "+\($0)" }
    }

    @Test func `the same answers give the same bytes`() {
        #expect(edited { _ in } == Self.byHand)
    }

    @Test func `one answer changes one line, with its comment`() {
        #expect(
            difference(edited { $0.network = "chirpstack" })
                == [
                    "-network = 'ttn'   # \"community\" edition", "+network = \"chirpstack\"   # \"community\" edition",
                ])
        #expect(difference(edited { $0.region = "EU433" }) == ["-  region = \"EU868\"", "+  region = \"EU433\""])
        #expect(
            difference(edited { $0.meters[0].key = "FF112233445566778899AABBCCDDEEFF" }) == [
                "-key = \"00112233445566778899AABBCCDDEEFF\" # letter of 3 May",
                "+key = \"FF112233445566778899AABBCCDDEEFF\" # letter of 3 May",
            ])
        #expect(difference(edited { $0.profile = "live" }) == ["+[planner]", "+profile = \"live\""])
    }

    @Test func `of another radio the old lines stay as comments`() {
        let text = edited { $0.radio = .init("sx126x", [.init("board", string: "meshadv-mini")]) }
        #expect(
            difference(text) == [
                "-type = \"sx127x\"", "-board = \"loraspi\"", "-spi_hz = 1000000   # long wires", "+type = \"sx126x\"",
                "+board = \"meshadv-mini\"", "+# spi_hz = 1000000   # long wires",
            ])
    }

    @Test func `what is edited is a configuration, with all that was not asked for`() throws {
        let text = try #require(
            edited {
                $0.meters[0].input = "/dev/ttyUSB1"
                $0.meters[0].settings = .init(baudRate: 9_600, framing: .sevenEvenOne)
                ($0.region, $0.subBand) = ("US915", 2)
            })
        // A frame of US915 is too short for both registers of a report that is by hand.
        let configuration = try BridgeConfiguration(text: text)
        #expect(configuration.meters[0].input == "/dev/ttyUSB1" && configuration.meters[0].baudRate == 9_600)
        #expect(configuration.meters[0].name == "cellar" && configuration.lorawan.subBand == 2)
        #expect(configuration.lorawan.antennaGainTenths == 35 && configuration.broker?.access.host == "broker.lan")
    }

    @Test(arguments: [
        "lorawan = { region = \"EU868\", dev_eui = \"70B3D57ED0001234\" }\n",
        "lorawan.region = \"EU868\"\nlorawan.dev_eui = \"70B3D57ED0001234\"\n",
        "[lorawan]\n\"region\" = \"EU868\"\n", "[lorawan]\nregion = \"\"\"EU868\"\"\"\n",
        "[lorawan]\nregion = \"EU\\u0038\\u0036\\u0038\"\n",
    ])
    func `text in another form is changed rightly or not at all`(text: String) {
        let file = ExistingFile(text: text)
        var answers = SetupAnswers()
        file.propose(into: &answers)
        answers.region = "KR920"
        guard let edited = file.edited(answers) else { return }
        var said = SetupAnswers()
        ExistingFile(text: edited).propose(into: &said)
        #expect(said.region == "KR920" && said.devEUI == answers.devEUI)
    }

    @Test func `set up again, the file's answers are proposed, and the old file is kept`() throws {
        let bench = try SetupBench()
        try bench.run(ScriptedDialogue(["1", .text(SetupBench.key)]))
        let first = bench.text
        // Meter and radio as they are; region; network; the rest as it is.
        let dialogue = ScriptedDialogue(["y", "y", "EU433", "2"])
        try bench.run(dialogue)
        #expect(bench.files == ["p1lora.toml", "p1lora.toml.old"])
        #expect(try String(contentsOfFile: bench.path + ".old", encoding: .utf8) == first)
        let configuration = try BridgeConfiguration(contentsOfFile: bench.path, guardsKeys: true)
        #expect(configuration.lorawan.region == .eu433 && configuration.lorawan.dailyDownlinks == 96)
        #expect(configuration.meters[0].key?.bytes.hex.uppercased() == SetupBench.key)
        try bench.run(ScriptedDialogue())
        #expect(bench.files == ["p1lora.toml", "p1lora.toml.old", "p1lora.toml.old2"])
        #expect(try BridgeConfiguration(contentsOfFile: bench.path).lorawan.devEUI == configuration.lorawan.devEUI)
    }

    @Test func `a file with mistakes is told, and stays as it is`() throws {
        let bench = try SetupBench()
        try bench.write("[[meter]]\ninptu = 1\n")
        guard case .failed(let reason)? = bench.stop(ScriptedDialogue()) else {
            Issue.record("it was taken")
            return
        }
        #expect(reason.contains("has mistakes: line") && reason.contains("--replace"))
        #expect(bench.text == "[[meter]]\ninptu = 1\n" && bench.files == ["p1lora.toml"])
        try bench.run(ScriptedDialogue(["1", .text(SetupBench.key)])) { $0.replaces = true }
        #expect(bench.files == ["p1lora.toml", "p1lora.toml.old"])
    }
}
