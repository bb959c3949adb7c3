import Foundation
import HardwareSimulators
import TestTags
import Testing

@testable import LinuxHardware

/// What root does by hand beside a service that is not root.
@Suite(.tags(.process), .waits, .slow, .serialized, .enabled(if: geteuid() == 0, "only root can act as another user"))
struct FileOwnerTests {
    /// Of nobody on any machine.
    static let service: uid_t = 61_834

    let folder: TemporaryFolder
    let config: String

    init() throws {
        folder = try TemporaryFolder()
        config = try folder.configuration(radio: "type = 'simulated'")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        for path in [folder.url.path, config, path("telegram.txt")] { chown(path, Self.service, Self.service) }
    }

    func path(_ name: String) -> String { folder.url.appending(path: name).path }

    /// Names of what is not the service's.
    private var strangers: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { name in
                // The tests' own.
                guard !name.hasPrefix("log") else { return false }
                var status = stat()
                return lstat(path(name), &status) == 0 && status.st_uid != Self.service
            }
        }
    }

    private func start(_ arguments: [String], as user: uid_t, log: String) throws -> Process {
        try CommandRunner.start(
            user == 0
                ? arguments
                : ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", CommandRunner.executable.path] + arguments,
            program: user == 0 ? CommandRunner.executable : URL(filePath: "/usr/bin/setpriv"),
            output: folder.url.appending(path: log + "-out"), errors: folder.url.appending(path: log))
    }

    private func log(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

    /// Commands that look at the state, or change it.
    static let commands: [[String]] = [
        ["doctor"], ["doctor", "--join"], ["forget", "--meter", "main"], ["airtime"], ["status"], ["rejoin"],
        ["radio", "registers"], ["radio", "tx-test"],
    ]

    private func runAll() async throws {
        for command in Self.commands {
            let outcome = try await CommandRunner.runAside(command + ["--config", config])
            #expect(try strangers == [], "\(command): \(outcome.output)\(outcome.errors)")
        }
    }

    private func isAnswered() async throws -> Bool {
        try await CommandRunner.runAside(["status", "--config", config]).output.contains("joined")
    }

    /// For as long as the service runs, sixty seconds at most.
    private func wait(_ process: Process, until isOver: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<600 where process.isRunning {
            if try await isOver() { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    @Test func `what root's commands make belongs to the service, before it has a state, while it runs and after`()
        async throws
    {
        try await runAll()
        for (name, user) in [("log-root", 0), ("log-service", Self.service), ("log-again", 0)] {
            let process = try start(["run", "--config", config], as: user, log: name)
            defer { process.terminateAndWait() }
            #expect(try await wait(process, until: isAnswered), "\(name): \(log(name))")
            #expect(try strangers == [], "\(name)")
            try await runAll()
            process.terminate()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(name): \(log(name))")
            try await runAll()
        }
        #expect(!log("log-root").contains("no real-time priority"), "\(log("log-root"))")
    }

    /// In a process of their own: the user is changed for all threads.
    @Test func `root is himself again where he acted for a moment, and the folder counts where there is no file`() async
    {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            chown(folder.url.path, FileOwnerTests.service, FileOwnerTests.service)
            let missing = ["a/b/state.db", "a/b/state.db-safety"].map { folder.url.appending(path: $0).path }
            let acting = try FileOwner.act(asOwnerOf: missing) { (geteuid(), getegid()) }
            #expect(acting == (FileOwnerTests.service, FileOwnerTests.service))
            #expect(geteuid() == 0 && getegid() == 0)
            #expect(try FileOwner.act(asOwnerOf: ["/no-such-folder/state.db"]) { geteuid() } == 0)
        }
    }
}
