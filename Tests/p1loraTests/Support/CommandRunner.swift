import Foundation

/// The built command, run as a user runs it.
struct CommandRunner {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// In the folder of the test bundle.
    static let executable = Bundle(for: Marker.self).bundleURL.appending(path: "p1lora")

    private final class Marker {}

    /// - Parameters:
    ///   - program: another one than the command.
    ///   - path: where the command looks for programs; nil for where the tests do.
    ///   - environment: what is added to that of the tests.
    static func start(
        _ arguments: [String], program: URL = executable, output: URL, errors: URL, path: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        if let path { process.environment = ["PATH": path] }
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        // Written over, and not replaced: the journal's stream is told by its inode.
        for url in [output, errors] { try Data().write(to: url) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return process
    }

    static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    static func run(_ arguments: [String], path: String? = nil) throws -> Outcome {
        let run = try begin(arguments, path: path)
        run.process.waitUntilExit()
        return try run.outcome
    }

    /// Lines for the shell, in which p1lora is the command; no more than 20 s.
    static func shell(_ lines: String, environment: [String: String] = [:]) throws -> Outcome {
        let script = "p1lora() { timeout 20 '\(executable.path)' \"$@\"; }\n\(lines)"
        let run = try begin(["-c", script], program: URL(filePath: "/bin/sh"), path: nil, environment: environment)
        run.process.waitUntilExit()
        return try run.outcome
    }

    /// Other tests use the thread while the command runs.
    static func runAside(_ arguments: [String]) async throws -> Outcome {
        let run = try begin(arguments, path: nil)
        while run.process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        return try run.outcome
    }

    private struct Begun {
        let process: Process
        let folder: TemporaryFolder

        var outcome: Outcome {
            get throws {
                Outcome(
                    status: process.terminationStatus,
                    output: try String(contentsOf: folder.url.appending(path: "out"), encoding: .utf8),
                    errors: try String(contentsOf: folder.url.appending(path: "err"), encoding: .utf8))
            }
        }
    }

    private static func begin(
        _ arguments: [String], program: URL = executable, path: String?, environment: [String: String] = [:]
    ) throws -> Begun {
        let folder = try TemporaryFolder()
        let process = try start(
            arguments, program: program, output: folder.url.appending(path: "out"),
            errors: folder.url.appending(path: "err"),
            path: path, environment: environment)
        return Begun(process: process, folder: folder)
    }
}

/// A folder that is gone with its owner.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "p1lora-test-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    /// Readable by its owner only, as files with keys have to be.
    func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        return file.path
    }
}
