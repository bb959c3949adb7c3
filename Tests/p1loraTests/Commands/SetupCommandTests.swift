import CLinux
import Ciphers
import Foundation
import HardwareSimulators
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration

/// `p1lora setup` by hand: at a terminal of 80 columns and 24 lines, with a meter on another.
@Suite(.tags(.process), .waits, .slow) struct SetupCommandTests {
    static let key = "404142434445464748494A4B4C4D4E4F"
    let folder: TemporaryFolder
    let screen: PseudoTerminal
    let meter: PseudoTerminal

    init() throws {
        folder = try TemporaryFolder()
        screen = try PseudoTerminal()
        meter = try PseudoTerminal()
        let slave = open(screen.path, O_RDWR | O_NOCTTY)
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
        close(slave)
    }

    private var config: String { folder.url.appending(path: "p1lora.toml").path }

    /// Types each answer when the question that has these words is asked.
    /// - Returns: exit code, and all that was on the screen.
    private func converse(
        _ answers: [(question: String, answer: String)], _ arguments: [String] = []
    ) throws -> (status: Int32, screen: String) {
        let process = Process()
        process.executableURL = CommandRunner.executable
        process.arguments = ["setup", "--config", config, "--port", meter.path] + arguments
        let terminal = try #require(FileHandle(forUpdatingAtPath: screen.path))
        process.standardInput = terminal
        process.standardOutput = terminal
        process.standardError = terminal
        try process.run()
        var sealer = try FrameSealer(key: AES128Key(hex: Self.key))
        var (text, seen) = ("", 0)
        var rest = answers[...]
        let begun = Date()
        var nextTelegram = begun
        while process.isRunning, Date().timeIntervalSince(begun) < 120 {
            if Date() >= nextTelegram, meter.waiting == 0 {
                var registers = MeterRegisters()
                registers.energyImport = 4_711
                let telegram = LuxembourgTelegram().bytes(
                    registers, at: UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970)))
                try meter.write(sealer.seal(telegram), waits: false)
                nextTelegram = Date() + 1
            }
            text += String(decoding: screen.read(), as: UTF8.self)
            if let next = rest.first, text.dropFirst(seen).contains(next.question) {
                seen = text.count
                rest.removeFirst()
                try screen.write(Array(next.answer.utf8), waits: false)
            }
            usleep(20_000)
        }
        process.terminateAndWait()
        text += String(decoding: screen.read(), as: UTF8.self)
        return (process.terminationStatus, text)
    }

    private func attributes() -> [tcflag_t] {
        let slave = open(screen.path, O_RDWR | O_NOCTTY)
        defer { close(slave) }
        var attributes = termios()
        tcgetattr(slave, &attributes)
        return [attributes.c_lflag, attributes.c_iflag, attributes.c_oflag]
    }

    private let straight: [(question: String, answer: String)] = [
        ("Which is the meter?", "1\r"), ("Key (nothing: later)", "\(key)\r"), ("Which radio?", "4\r"),
        ("Which region?", "\r"), ("Which network?", "\r"), ("What is the air-time for?", "2\r"),
        ("Identity of the device?", "\r"), ("(y or n)", "y\r"), ("Show its QR code", "\r"),
    ]

    @Test func `by hand, from the port to the file, in 80 columns, and the key is never on the screen`() throws {
        let before = attributes()
        let (status, text) = try converse(straight, ["--no-start"])
        #expect(status == 0, "\(text)")
        let configuration = try BridgeConfiguration(contentsOfFile: config, guardsKeys: true)
        #expect(configuration.meters[0].input == meter.path && configuration.radio.isSimulated)
        #expect(configuration.planner == .live)
        #expect(!text.contains(Self.key))
        let lines = text.replacing("\r\n", with: "\n").split(whereSeparator: { $0 == "\n" || $0 == "\r" })
        for line in lines { #expect(line.replacing("\u{1B}[K", with: "").count <= 80, "\(line)") }
        #expect(attributes() == before, "the terminal is not as it was")
    }

    @Test func `Ctrl-C at a question and while it listens ends it, leaves no file, and says how to go on`() throws {
        let before = attributes()
        for (question, answer) in [("listening to 1 serial port", "\u{3}"), ("Which is the meter?", "\u{3}")] {
            let (status, text) = try converse([(question, answer)])
            #expect(status == 130 && text.contains("p1lora setup begins again"), "\(text)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
            #expect(attributes() == before)
        }
    }

    @Test func `without a terminal nothing is asked, and the option is named`() throws {
        let outcome = try CommandRunner.run("setup", "--config", config, "--meter", "simulated")
        #expect(outcome.status == 1 && outcome.errors.contains("--radio: there is no terminal to ask at"))
        let given = try CommandRunner.run(
            "setup", "--config", config, "--meter", "simulated", "--radio", "simulated", "--yes", "--no-start")
        #expect(given.status == 0, "\(given.errors)")
        #expect(try BridgeConfiguration(contentsOfFile: config, guardsKeys: true).pulses.count == 1)
    }
}
