import Foundation

/// A real broker on a port of this machine, with TLS from an authority of its own where that is wanted.
final class MosquittoServer {
    static let isInstalled = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto_sub", "/usr/bin/openssl"]
        .allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    let port: Int
    let folder: TemporaryFolder
    private let usesTLS: Bool
    private var process: Process?

    /// With which it answers a subscription with 0x80; nil where it is not installed.
    static let gatekeeper = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/mosquitto_dynamic_security.so" }
        .first { FileManager.default.fileExists(atPath: $0) }

    /// - Parameters:
    ///   - keeps: it writes to the disk what waits, when it is stopped in order.
    ///   - refuses: nobody may subscribe to anything.
    init(usesTLS: Bool = false, password: String? = nil, keeps: Bool = false, refuses: Bool = false) throws {
        folder = try TemporaryFolder()
        port = try LoopbackServer().port
        self.usesTLS = usesTLS
        var lines = ["listener \(port) 127.0.0.1", "allow_anonymous \(password == nil)"]
        if usesTLS {
            try TestCertificates.make(in: folder.url.path) { try Self.run($0, $1) }
            lines += ["cafile \(path("ca.pem"))", "certfile \(path("server.pem"))", "keyfile \(path("server.key"))"]
        }
        if let password {
            try Self.run("/usr/bin/mosquitto_passwd", ["-b", "-c", path("passwords"), "bridge", password])
            lines.append("password_file \(path("passwords"))")
        }
        if refuses, let gatekeeper = Self.gatekeeper {
            let rules = """
                {"defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false,
                 "unsubscribe": true}, "clients": [], "groups": [], "roles": []}
                """
            _ = try folder.write(rules.utf8, to: "rules.json")
            lines += ["plugin \(gatekeeper)", "plugin_opt_config_file \(path("rules.json"))"]
        }
        if keeps { lines += ["persistence true", "persistence_location \(folder.url.path)/"] }
        // The broker leaves root for this user, which then has to read its files.
        lines.append("user root")
        _ = try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "mosquitto.conf")
        try start()
    }

    deinit { process?.terminateAndWait() }

    func path(_ name: String) -> String { folder.url.appending(path: name).path }

    func start() throws {
        process = try Self.begin("/usr/sbin/mosquitto", ["-c", path("mosquitto.conf")], output: nil)
    }

    func stop() { process?.terminateAndWait() }

    func stopInOrder() {
        process?.terminate()
        process?.waitUntilExit()
    }

    /// What stands at the topics now.
    func retained() async throws -> [String: String] {
        var arguments = ["-h", "localhost", "-p", "\(port)", "-t", "#", "-W", "1", "-F", "%t %p", "--retained-only"]
        arguments += ["-V", "mqttv311"]
        if usesTLS { arguments += ["--cafile", path("ca.pem")] }
        let output = folder.url.appending(path: "retained")
        let process = try Self.begin("/usr/bin/mosquitto_sub", arguments, output: output)
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n")
        let pairs = lines.compactMap { line -> (String, String)? in
            let words = line.split(separator: " ", maxSplits: 1)
            return words.count == 2 ? (String(words[0]), String(words[1])) : nil
        }
        return Dictionary(pairs) { $1 }
    }

    static func run(_ program: String, _ arguments: [String]) throws {
        try begin(program, arguments, output: nil).waitUntilExit()
    }

    static func begin(_ program: String, _ arguments: [String], output: URL?) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        if let output { try Data().write(to: output) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try output.map { try FileHandle(forWritingTo: $0) } ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        // The threads of tests block signals, and so would the program, which ends itself by an alarm.
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        return process
    }
}

/// An authority (ca.pem), and a certificate of it for localhost (server.pem, server.key).
enum TestCertificates {
    static func make(in folder: String, run: (String, [String]) throws -> Void) throws {
        func path(_ name: String) -> String { "\(folder)/\(name)" }
        let authority = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        ]
        try run(
            "/usr/bin/openssl",
            authority + ["-subj", "/CN=test authority", "-keyout", path("ca.key"), "-out", path("ca.pem")])
        try run(
            "/usr/bin/openssl",
            authority + [
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext",
                "basicConstraints=critical,CA:FALSE", "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-keyout",
                path("server.key"), "-out", path("server.pem"),
            ])
    }
}
