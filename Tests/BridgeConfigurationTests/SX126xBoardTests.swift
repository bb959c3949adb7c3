import Foundation
import HardwareInterfaces
import RadioDrivers
import TestSupport
import Testing

@testable import BridgeConfiguration

@Suite struct SX126xBoardTests {
    private func chip(_ radio: String, lorawan: String = "") throws -> SX126xConfiguration {
        let text = TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\n" + lorawan)
        let configuration = try BridgeConfiguration(text: text + "\n[radio]\ntype = 'sx126x'\n" + radio)
        return try #require(configuration.radio as? SX126xConfiguration)
    }

    private func refusal(_ radio: String) -> String {
        #expect(throws: ConfigurationError.self) { try chip(radio) }?.description ?? ""
    }

    @Test func `without a board the module of the wiring table is meant`() throws {
        let chip = try chip("")
        #expect(chip.device == "/dev/spidev0.0" && chip.gpioChip == GPIOAddress.header && chip.selectLine == nil)
        #expect(chip.resetLine == 17 && chip.busyLine == 24 && chip.dio1Line == 4)
        #expect(chip.chip == SX126xChip.Configuration(part: .sx1262, oscillator: .mv1800))
    }

    @Test func `a board sets its lines and its oscillator, and each can be set over it`() throws {
        let hat = try chip("board = 'waveshare-sx1262-hat'")
        #expect(hat.selectLine == 21 && hat.highLines == [6] && hat.chip.oscillator == nil)
        let other = try chip("board = 'waveshare-sx1262-hat'\ntcxo = '3.3'\nselect_line = -1\nhigh_lines = []")
        #expect(other.selectLine == nil && other.highLines == [] && other.chip.oscillator == .mv3300)
        let own = try chip("part = 'sx1261'\ndio2_switch = false\nregulator = 'ldo'\nrxen_line = 5\ntxen_line = 6")
        #expect(own.chip.part == .sx1261 && !own.chip.switchesByDIO2 && !own.chip.hasCoil)
        #expect(own.receiveLine == 5 && own.transmitLine == 6)
    }

    @Test func `every voltage has the chip's code`() throws {
        let voltages = ["1.6", "1.7", "1.8", "2.2", "2.4", "2.7", "3.0", "3.3"]
        for (code, voltage) in voltages.enumerated() {
            #expect(try chip("tcxo = '\(voltage)'").chip.oscillator?.rawValue == UInt8(code))
        }
    }

    @Test func `an amplifier behind the chip is never guessed`() throws {
        #expect(refusal("board = 'meshadv-pi'").contains("pa_gain"))
        #expect(try chip("board = 'meshadv-pi'\npa_gain = 8").chip.power == -1...30)
    }

    @Test func `what can't work is refused with what to do`() {
        #expect(refusal("busy_line = -1").contains("wired"))
        #expect(refusal("board = 'waveshare'").contains("waveshare-sx1262-hat"))
        #expect(refusal("part = 'llcc68'").contains("SX1262"))
        #expect(refusal("busy_line = 4").contains("two wires"))
        #expect(refusal("high_lines = [-3]").contains("GPIO numbers"))
        #expect(refusal("dio0_line = 4").contains("dio0_line"))
    }

    private static let session = """
        activation = 'abp'
        dev_addr = '26011BDA'
        nwk_s_key = '0F1E2D3C4B5A69788796A5B4C3D2E1F0'
        app_s_key = '0F1E2D3C4B5A69788796A5B4C3D2E1F1'
        """

    /// An LLCC68 with a session that is written down, and this in [lorawan].
    private func withLLCC68(_ lorawan: String) throws {
        let own = TestConfiguration.minimal.split(separator: "\n").filter {
            !$0.hasPrefix("app_key") && !$0.hasPrefix("join_eui")
        }.joined(separator: "\n").replacing("[lorawan]", with: "[lorawan]\n\(Self.session)\n\(lorawan)")
        _ = try BridgeConfiguration(text: own + "\n[radio]\ntype = 'sx126x'\npart = 'llcc68'\n")
    }

    @Test(arguments: [
        ("", "second window"), ("rx2_data_rate = 2", "second window"), ("rx2_data_rate = 3", "adr = false"),
        ("rx2_data_rate = 3\ndata_rate = 3", "adr = false"),
        ("rx2_data_rate = 3\nadr = false", "one of 3, 4, 5"),
        ("rx2_data_rate = 3\nadr = false\ndata_rate = 2", "one of 3, 4, 5"),
    ])
    func `an LLCC68 is refused where anything needs SF10 and slower`(lorawan: String, words: String) {
        let refusal = #expect(throws: ConfigurationError.self) { try withLLCC68(lorawan) }
        #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
    }

    @Test func `an LLCC68 is taken where all data rates are fast enough`() throws {
        try withLLCC68("rx2_data_rate = 3\nadr = false\ndata_rate = 5")
    }

    @Test func `every board is in the example configuration and in the documentation, with its lines`() throws {
        let root = ConfigurationTests.packageRoot
        let example = try String(contentsOf: root.appending(path: "config.example.toml"), encoding: .utf8)
        let page = try String(
            contentsOf: root.appending(path: "Sources/p1lora/p1lora.docc/Radios.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").drop { !$0.contains("| BUSY | DIO1 |") }
        for board in SX126xBoard.all {
            #expect(example.contains("\"\(board.name)\""), "\(board.name)")
            let row = rows.first { $0.contains("`\"\(board.name)\"`") }
            for line in board.lines { #expect(row?.contains("\(line)") == true, "\(board.name) \(line)") }
            #expect(Set(board.lines).count == board.lines.count, "\(board.name)")
        }
    }

    @Test func `a pulse input on a line of the board is refused`() {
        let text =
            TestConfiguration.minimal + "\n[[pulse]]\nname = 'p'\nline = 24\nper_unit = 1000\n"
            + "[radio]\ntype = 'sx126x'\n"
        #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: text) }
    }
}
