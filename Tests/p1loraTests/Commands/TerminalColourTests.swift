import Foundation
import HardwareSimulators
import TestTags
import Testing

/// Colour on terminals (no-color.org).
@Suite(.tags(.process), .waits) struct TerminalColourTests {
    /// What the command shows on a terminal.
    private func shown(_ environment: [String: String]) throws -> String {
        let folder = try TemporaryFolder()
        let config = try folder.write("[lorawan]\nregion = \"nowhere\"\n".utf8, to: "p1lora.toml")
        let screen = try PseudoTerminal()
        let terminal = try #require(FileHandle(forUpdatingAtPath: screen.path))
        let process = Process()
        process.executableURL = CommandRunner.executable
        process.arguments = ["doctor", "--config", config]
        process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
            .filter { $0.key != "NO_COLOR" }.merging(environment) { $1 }
        process.standardInput = terminal
        process.standardOutput = terminal
        process.standardError = terminal
        try process.run()
        var text: [UInt8] = []
        while process.isRunning {
            text += screen.read()
            usleep(5_000)
        }
        text += screen.read()
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `a verdict has a colour on a terminal that knows colours, and nowhere else`() throws {
        let painted = try shown([:])
        #expect(painted.contains("\u{1B}[1;31mFAILED\u{1B}[0m"), "\(painted)")
        #expect(try shown(["NO_COLOR": ""]).contains("\u{1B}[1;31mFAILED"), "an empty NO_COLOR asks for nothing")
        for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let plain = try shown(environment)
            #expect(plain.contains("FAILED") && !plain.contains("\u{1B}[1;31m"), "\(plain)")
        }
        let folder = try TemporaryFolder()
        let config = try folder.write("[lorawan]\nregion = \"nowhere\"\n".utf8, to: "p1lora.toml")
        let piped = try CommandRunner.run("doctor", "--config", config)
        #expect(piped.output.contains("FAILED") && !piped.output.contains("\u{1B}"))
    }
}
