import Collector
import CollectorStore
import Foundation
import LinuxHardware
import MeterValues
import TestTags
import Testing
import Timekeeping

/// A real server of Debian's package `influxdb` (1.6).
private final class InfluxServer {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/influxd")

    let folder = FileManager.default.temporaryDirectory.path + "/influx-\(UUID().uuidString)"
    let port: UInt16
    private var process = Process()

    init() throws {
        // A port that is free; the server's own word on where it listens is its log alone.
        let peer = try LoopbackPeer { _ in .http(204) }
        port = peer.port
        peer.stop()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try """
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
        dir = "\(folder)/meta"
        [data]
        dir = "\(folder)/data"
        wal-dir = "\(folder)/wal"
        query-log-enabled = false
        [http]
        bind-address = "127.0.0.1:\(port)"
        log-enabled = false
        """.write(toFile: folder + "/influxdb.conf", atomically: true, encoding: .utf8)
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func start() throws {
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/influxd")
        process.arguments = ["-config", folder + "/influxdb.conf"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<600 {
            if (try? answer("GET", "/ping")) != nil { return }
            usleep(50_000)
        }
        Issue.record("influxd does not answer")
    }

    /// As a power cut would.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func client() throws -> WebClient {
        WebClient(try #require(WebAddress("http://127.0.0.1:\(port)")))
    }

    @discardableResult func answer(_ method: String, _ target: String) throws -> String {
        var body: [UInt8] = []
        let answer = try client().ask(method, target) { body += $0 }
        guard (200...299).contains(answer.status) else { throw FollowerError("\(answer.status) \(answer.refusal)") }
        return String(decoding: body, as: UTF8.self)
    }

    /// The lines of CSV that a query gives.
    func query(_ text: String) throws -> [String] {
        let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        var body: [UInt8] = []
        _ = try client().ask(
            "GET", "/query?db=meters&epoch=ns&q=\(escaped)", headers: [("Accept", "application/csv")]
        ) { body += $0 }
        return String(decoding: body, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

@Suite(.tags(.process), .waits, .slow) struct InfluxServerTests {
    @Test(.enabled(if: InfluxServer.isInstalled, "needs Debian's package influxdb"))
    func `a real database has what the export has, also when it was killed in between`() throws {
        let server = try InfluxServer()
        try server.answer("POST", "/query?q=CREATE%20DATABASE%20meters")
        let desk = try FollowerDesk("[influx]\nhost = \"127.0.0.1\"\nport = \(server.port)\ndatabase = \"meters\"\n")
        let influx = try #require(desk.bench.configuration.influx)
        let following = desk.following(
            InfluxFollower(influx, store: desk.store, isStopped: { false }), name: influx.name)
        for part in 0..<6 {
            let first = Int64(10 * part)
            // One of the ten is not known at first, and comes late.
            let values = (first..<first + 10).map { (part == 1 && $0 == first + 4) ? nil : Optional(1_000 + 7 * $0) }
            try desk.report(from: first, values, counter: UInt32(part + 1))
            if part == 2 { server.kill() }
            following.poll()
            if part == 3 {
                try server.start()
                try desk.report(from: 12, [1_000 + 7 * 12, 1_000 + 7 * 13, 1_000 + 7 * 14], counter: 20)
            }
            desk.serve(following)
        }
        server.kill()
        try server.start()
        let exported = try desk.bench.export(.influx, at: FollowerDesk.start.time + .hours(48))
            .split(separator: "\n").filter { $0.contains("import_kwh") }
        let told = try server.query("SELECT import_kwh, import_kwh_total FROM p1lora WHERE meter = 'main'").dropFirst()
        let expected = exported.map { line in
            let parts = line.split(separator: " ")
            let fields = parts[1].split(separator: ",").map { $0.split(separator: "=") }
            let (use, total) = (
                fields.first { $0[0] == "import_kwh" }?[1], fields.first { $0[0] == "import_kwh_total" }?[1]
            )
            return "p1lora,,\(parts[2]),\(use ?? ""),\(total ?? "")"
        }
        #expect(exported.count == 60 && Array(told) == expected)
    }
}
