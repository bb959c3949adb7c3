import Foundation
import Synchronization

/// A real server in a folder of its own, of Debian's package `postgresql`, that goes with the process of the tests.
package final class PostgreSQLServer: Sendable {
    package struct Failure: Error, CustomStringConvertible { package let description: String }

    private static let versions = "/usr/lib/postgresql"
    /// The folder of the newest version's programs; nil where none is installed.
    private static let programs: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: PostgreSQLServer.versions)) ?? []
        let newest = versions.compactMap { Int($0) }.sorted(by: >)
        return newest.map { "\(PostgreSQLServer.versions)/\($0)/bin" }
            .first { FileManager.default.isExecutableFile(atPath: $0 + "/postgres") }
    }()

    package static let isInstalled = programs != nil
    package static let advice: String = "apt-get install postgresql to run these"

    private static let everybodys = Mutex<PostgreSQLServer?>(nil)

    /// One for all tests that need no server of their own.
    package static func shared() throws -> PostgreSQLServer {
        try everybodys.withLock { server in
            let mine = try server ?? PostgreSQLServer()
            server = mine
            return mine
        }
    }

    package let folder: String
    private var name: Substring { folder.dropFirst("/tmp/".count) }
    private let keeper = Mutex<Int32>(0)
    private let databases = Mutex(0)

    package init() throws {
        folder = "/tmp/p1lora-pg-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let owner = getuid() == 0 ? "chown 65534:65534 \(folder) && " : ""
        let made = try Self.shell(
            owner + Self.unprivileged
                + "\(Self.programs ?? "")/initdb -D \(folder)/data -U p1lora -A trust -E UTF8 --locale=C "
                + "--no-sync --no-instructions > \(folder).log 2>&1; code=$?; cat \(folder).log; rm \(folder).log; exit $code"
        )
        guard made.status == 0 else { throw Failure(description: "initdb: \(made.output)") }
        try start()
    }

    deinit {
        // What still runs would write into the folder while it is deleted.
        try? stop(signal: SIGQUIT)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// It refuses to run as root.
    private static let unprivileged = getuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : ""

    /// Starts it, and waits until it answers.
    package func start() throws {
        let server = Process()
        server.executableURL = URL(filePath: "/bin/sh")
        // The shell ends the server when the tests are gone, however that came.
        server.arguments = [
            "-c",
            """
            cd /; \(Self.unprivileged)\(Self.programs ?? "")/postgres -D \(folder)/data -k \(folder) -c listen_addresses= \
            -c fsync=off -c max_connections=60 -c cluster_name=\(name) >> \(folder)/log 2>&1 &
            while kill -0 \(getpid()); do sleep 1; done; kill -QUIT $!; wait $!; rm -rf \(folder)
            """,
        ]
        server.standardInput = FileHandle.nullDevice
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        keeper.withLock { $0 = server.processIdentifier }
        for _ in 0..<600 {
            if try Self.shell("\(Self.programs ?? "")/pg_isready -q -h \(folder)").status == 0 { return }
            usleep(50_000)
        }
        throw Failure(
            description:
                "PostgreSQL does not start: \((try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "")")
    }

    /// Kills its first process, as a power cut would: `signal` 9; in order: 2.
    package func stop(signal: Int32 = SIGINT) throws {
        let process = end(signal: signal)
        for _ in 0..<600 {
            // Its children hold the memory for a moment after a kill.
            if try Self.shell("pgrep -f '[p]ostgres: \(name):'").status != 0, process == 0 || kill(process, 0) != 0 {
                return
            }
            usleep(50_000)
        }
        throw Failure(description: "PostgreSQL does not stop")
    }

    /// - Returns: its first process.
    @discardableResult
    private func end(signal: Int32) -> Int32 {
        let shell = keeper.withLock { $0 }
        if shell > 0 { kill(shell, SIGKILL) }
        let text = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
        guard let process = text?.split(separator: "\n").first.flatMap({ Int32($0) }) else { return 0 }
        kill(process, signal)
        return process
    }

    /// A new database's URL.
    package func database() throws -> String {
        let number = databases.withLock { number in
            number += 1
            return number
        }
        let name = "test\(number)"
        let made = try Self.shell("\(Self.programs ?? "")/createdb -h \(folder) -U p1lora \(name) 2>&1")
        guard made.status == 0 else { throw Failure(description: "createdb: \(made.output)") }
        return "postgresql://p1lora@/\(name)?host=\(folder)"
    }

    /// What psql answers to a statement, without head and lines.
    package static func ask(_ url: String, _ sql: String) throws -> String {
        let asked = try shell(
            "\(programs ?? "")/psql -X -A -t -q -v ON_ERROR_STOP=1 '\(url)' 2>&1 <<'END'\n\(sql);\nEND")
        guard asked.status == 0 else { throw Failure(description: "psql: \(asked.output)") }
        return asked.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func shell(_ line: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // A pipe would stay open as long as whatever another test starts at this moment.
        let output = FileManager.default.temporaryDirectory.appending(path: "p1lora-shell-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        process.arguments = ["-c", "cd /; { \(line)\n} > '\(output.path)'"]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        return (process.terminationStatus, text)
    }
}
