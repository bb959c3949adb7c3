import Foundation
import HardwareInterfaces
import TestSupport
import Testing

@testable import BridgeConfiguration

@Suite struct BoardTests {
    private func chip(_ radio: String) throws -> SX127xConfiguration {
        let configuration = try BridgeConfiguration(text: TestConfiguration.minimal + "\n[radio]\n" + radio)
        return try #require(configuration.radio as? SX127xConfiguration)
    }

    @Test func `without a board the module of the table is meant, on the header's chip whatever its number`() throws {
        let chip = try chip("")
        #expect(chip.device == "/dev/spidev0.0" && chip.gpioChip == GPIOAddress.header)
        #expect(chip.selectLine == nil && chip.resetLine == 17 && chip.dio0Line == 4)
    }

    @Test func `a board sets its lines, and each can be set over it`() throws {
        let dragino = try chip("board = 'dragino-lora-gps-hat'")
        #expect(dragino.selectLine == 25 && dragino.resetLine == 17 && dragino.dio0Line == 4)
        let bonnet = try chip("board = 'adafruit-lora-bonnet'\ndio0_line = -1\nreset_line = 6")
        #expect(bonnet.device == "/dev/spidev0.1" && bonnet.resetLine == 6 && bonnet.dio0Line == nil)
        #expect(try chip("board = 'uputronics-lora-ce1'").resetLine == nil)
        #expect(try chip("board = 'dragino-lora-gps-hat'\nselect_line = -1").selectLine == nil)
    }

    @Test func `an unknown board names those that are known`() {
        let error = #expect(throws: ConfigurationError.self) { try chip("board = 'draguino'") }
        #expect(error?.description.contains("dragino-lora-gps-hat") == true)
    }

    @Test func `every board is in the example configuration and in the documentation, with its lines`() throws {
        let root = ConfigurationTests.packageRoot
        let example = try String(contentsOf: root.appending(path: "config.example.toml"), encoding: .utf8)
        let page = try String(
            contentsOf: root.appending(path: "Sources/p1lora/p1lora.docc/Radios.md"), encoding: .utf8)
        for board in RadioBoard.all {
            #expect(example.contains("\"\(board.name)\""), "\(board.name)")
            let row = page.split(separator: "\n").first { $0.contains("`\"\(board.name)\"`") }
            for line in [board.selectLine, board.resetLine, board.dio0Line].compactMap({ $0 }) {
                #expect(row?.contains("\(line)") == true, "\(board.name) \(line)")
            }
        }
    }

    @Test func `no board puts two wires on one line`() {
        for board in RadioBoard.all {
            let lines = [board.selectLine, board.resetLine, board.dio0Line].compactMap { $0 }
            #expect(Set(lines).count == lines.count, "\(board.name)")
        }
    }

    @Test func `a pulse input on a line of the board is refused`() {
        let text =
            TestConfiguration.minimal + "\n[[pulse]]\nname = 'p'\nline = 25\nper_unit = 1000\n"
            + "[radio]\nboard = 'dragino-lora-gps-hat'\n"
        #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: text) }
    }
}
