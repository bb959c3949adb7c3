import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import TestTags
import Testing
import Timekeeping

/// The service as a process of its own, with a simulated RN2483 on a pseudo-terminal, in real time.
@Suite(.tags(.process), .waits, .slow, .serialized) struct ModuleServiceTests {
    /// A module with an adapter that can be pulled out, the air around it, and a network.
    final class Desk {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let server: NetworkServer
        let module: RN2483Simulator
        /// What is on the line.
        private let line: any BreakableLine
        /// What the configuration names: a link to whichever terminal it is now, as udev makes them.
        let path: String
        private let gateway: SimulatedGateway
        private let clock = LinuxClock()
        private let began: MonotonicInstant
        private let start: MonotonicInstant
        private var terminal: ModuleOnTerminal?

        /// - Parameter speech: of a module with AT commands, in the place of the RN2483.
        init(path: String, speech: (any ATSpeech)? = nil) throws {
            self.path = path
            let air = Air(world: world)
            server = NetworkServer(clock: world.clock)
            gateway = SimulatedGateway(air: air, server: server)
            module = RN2483Simulator(world: world, air: air)
            if let speech {
                line = ATModuleSimulator(world: world, air: air, speech: speech)
            } else {
                line = module
            }
            (began, start) = (clock.monotonic, world.now)
            try server.register(
                devEUI: 0x70B3_D57E_D000_1234, joinEUI: 1, appKey: AES128Key(hex: "0F1E2D3C4B5A69788796A5B4C3D2E1F0"))
            try plugIn()
        }

        func plugIn() throws {
            let terminal = try ModuleOnTerminal(module: line, world: world)
            terminal.start()
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: terminal.terminal.path)
            self.terminal = terminal
        }

        func pullOut() throws {
            try FileManager.default.removeItem(atPath: path)
            terminal = nil
        }

        /// Lets the world catch up with the time.
        func serve() { world.run(until: start + (clock.monotonic - began)) }
    }

    let folder: TemporaryFolder
    let desk: Desk
    let config: String

    init() throws {
        folder = try TemporaryFolder()
        desk = try Desk(path: folder.url.appending(path: "module").path)
        config = try folder.configuration(
            lorawan: "data_rate = 5\ndaily_airtime = 'off'", radio: "type = 'rn2483'\ndevice = '\(desk.path)'")
    }

    private func wait(_ seconds: Double = 90, at other: Desk? = nil, until isOver: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            (other ?? desk).serve()
            if isOver() { return true }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return false
    }

    private func start(_ name: String, config other: String? = nil) throws -> (process: Process, log: () -> String) {
        let log = folder.url.appending(path: name)
        let process = try CommandRunner.start(
            ["run", "--config", other ?? config], output: folder.url.appending(path: "out"), errors: log)
        return (process, { (try? String(contentsOf: log, encoding: .utf8)) ?? "" })
    }

    /// The time that the process has had of a processor.
    private func processorTime(of process: Process) throws -> Double {
        let stat = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        // Behind the name in parentheses: user and system time are the 12th and 13th, in hundredths of a second.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        return try Double(#require(Int(fields[11]))) / 100 + Double(#require(Int(fields[12]))) / 100
    }

    @Test func `run with a module joins and sends, outlasts a pulled adapter and kill -9, and waits without work`()
        throws
    {
        let (first, log) = try start("first.log")
        defer { first.terminate() }
        #expect(wait { !desk.server.uplinks.isEmpty }, "\(log())")
        #expect(desk.server.uplinks.first?.payload.count == 6)
        #expect(log().contains("radio ready, RN2483 1.0.5"))

        let (from, used) = (Date(), try processorTime(of: first))
        _ = wait(8) { false }
        let share = (try processorTime(of: first) - used) / Date().timeIntervalSince(from)
        #expect(share < 0.02, "\(share) of a processor, in a debug build that sends every ten seconds")

        try desk.pullOut()
        #expect(wait { log().contains("radio: ") }, "\(log())")
        try desk.plugIn()
        let before = desk.server.uplinks.count
        #expect(wait { desk.server.uplinks.count > before }, "\(log())")

        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let after = desk.server.uplinks.count
        let (second, secondLog) = try start("second.log")
        defer { second.terminate() }
        #expect(wait { desk.server.uplinks.count > after }, "\(secondLog())")
        #expect(desk.server.joins.count == 1, "\(secondLog())")
        #expect(desk.server.rejected.isEmpty)
        #expect(secondLog().contains("goes on, no join needed"))

        let spent = try CommandRunner.run("airtime", "--config", config)
        #expect(spent.status == 0 && spent.output.contains("Spent so far"), "\(spent.output)\(spent.errors)")

        let asked = Date()
        second.terminate()
        #expect(wait(10) { !second.isRunning })
        #expect(Date().timeIntervalSince(asked) < 2)
        #expect(second.terminationStatus == 0, "\(secondLog())")
        #expect(!log().contains("0F1E2D3C"), "a key is in the log")
    }

    @Test(
        arguments: [
            ("lora-e5", LoRaE5Speech(), "LoRa-E5 4.0.11"), ("rak3172", RAK3172Speech(), "RAK3172 4.2.0"),
        ] as [(String, any ATSpeech, String)])
    func `run with a module with AT commands joins and sends, and goes on in its session after kill -9`(
        type: String, speech: any ATSpeech, name: String
    ) throws {
        let other = try Desk(path: folder.url.appending(path: type).path, speech: speech)
        let config = try folder.configuration(
            lorawan: "data_rate = 5\ndaily_airtime = 'off'", radio: "type = '\(type)'\ndevice = '\(other.path)'")
        let (first, log) = try start("\(type).log", config: config)
        defer { first.terminate() }
        #expect(wait(at: other) { !other.server.uplinks.isEmpty }, "\(log())")
        #expect(log().contains("radio ready, \(name)"), "\(log())")
        try other.pullOut()
        #expect(wait(at: other) { log().contains("radio: ") }, "\(log())")
        try other.plugIn()
        let before = other.server.uplinks.count
        #expect(wait(at: other) { other.server.uplinks.count > before }, "\(log())")
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let after = other.server.uplinks.count
        let (second, secondLog) = try start("\(type)-2.log", config: config)
        defer { second.terminate() }
        #expect(wait(at: other) { other.server.uplinks.count > after }, "\(secondLog())")
        #expect(other.server.joins.count == 1 && other.server.rejected.isEmpty, "\(secondLog())")
        #expect(secondLog().contains("goes on, no join needed"))
        second.terminate()
        #expect(wait(10, at: other) { !second.isRunning })
        #expect(!log().uppercased().contains("0F1E2D3C"), "a key is in the log")
    }

    @Test func `radio tells what a module has set, sends a test frame within the law, and listens`() throws {
        func run(_ arguments: String...) throws -> (status: Int32, output: String) {
            let output = folder.url.appending(path: "output")
            let process = try CommandRunner.start(
                ["radio"] + arguments + ["--config", config], output: output, errors: output)
            #expect(wait(60) { !process.isRunning })
            return (process.terminationStatus, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
        }
        let settings = try run("registers")
        #expect(settings.status == 0 && settings.output.contains("mac get dr  "), "\(settings)")
        #expect(!settings.output.uppercased().contains("0F1E2D3C"), "a key is told")
        let sent = try run("tx-test", "--data-rate", "5")
        #expect(sent.status == 0 && sent.output.contains("12 bytes went out on 868100000 Hz at SF7BW125"), "\(sent)")
        let refused = try run("tx-test", "--frequency", "868650000")
        #expect(refused.status == 1 && refused.output.contains("868650000"), "\(refused)")
        let heard = try run("rx", "--seconds", "2", "--uplinks")
        #expect(heard.status == 0 && heard.output.contains("listening on 869525000 Hz"), "\(heard)")
        #expect(!desk.module.isPaused && desk.module.violations.isEmpty)
    }

    @Test func `run without the serial port says so, and does not give up`() throws {
        try desk.pullOut()
        let (process, log) = try start("log")
        defer { process.terminate() }
        #expect(wait(20) { log().contains(desk.path) }, "\(log())")
        #expect(process.isRunning)
        try desk.plugIn()
        #expect(wait { !desk.server.joins.isEmpty }, "\(log())")
    }
}
