import Foundation
import HardwareSimulators
import Timekeeping

@testable import LinuxHardware

/// A service as a process of its own, with a network server behind it, in a folder of its own.
final class ServiceBench {
    let folder: TemporaryFolder
    let server: LoopbackServer
    private(set) var config = ""
    private var process: Process?

    /// - Parameter extra: further tables of the configuration.
    init(_ extra: String = "") throws {
        folder = try TemporaryFolder()
        server = try LoopbackServer()
        config = try folder.configuration(
            radio: "type = 'udp-gateway'\nserver = '127.0.0.1:\(server.port)'", extra: extra)
    }

    deinit { process?.terminateAndWait() }

    func path(_ name: String) -> String { folder.url.appending(path: name).path }

    var log: String { (try? String(contentsOfFile: path("log"), encoding: .utf8)) ?? "" }

    @discardableResult
    func start(environment: [String: String] = [:]) throws -> Process {
        let process = try CommandRunner.start(
            ["run", "--config", config], output: folder.url.appending(path: "out"),
            errors: folder.url.appending(path: "log"), environment: environment)
        self.process = process
        return process
    }

    /// What `p1lora status` prints.
    func status(_ arguments: String...) async throws -> CommandRunner.Outcome {
        try await CommandRunner.runAside(["status", "--config", config] + arguments)
    }

    /// Serves the network until `isOver`, thirty seconds at most. Other tests use the thread meanwhile.
    func wait(_ seconds: Double = 30, until isOver: () async throws -> Bool) async rethrows -> Bool {
        var patience = seconds
        while patience > 0 {
            let begin = Date()
            server.serve()
            if try await isOver() { return true }
            try? await Task.sleep(for: .milliseconds(20))
            // Where other tests hold all threads for long, that is not the service's time.
            patience -= min(1, Date().timeIntervalSince(begin))
        }
        return false
    }
}

extension Process {
    func terminateAndWait() {
        guard isRunning else { return }
        kill(processIdentifier, SIGKILL)
        waitUntilExit()
    }
}
