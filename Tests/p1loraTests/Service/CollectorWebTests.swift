import BridgeConfiguration
import Foundation
import MeterValues
import ServerEvents
import TestTags
import Testing
import Timekeeping
import UplinkPayload

/// Webhooks and pages of the collector's own program, asked by curl.
@Suite(
    .waits, .serialized,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "apt-get install curl to run these"))
struct CollectorWebTests {
    private static let device = DeviceIdentifier(rawValue: 0x70B3_D57E_D001_2345)
    private static let bridges = """
        [[meter]]
        name = "main"
        [[report]]
        kind = "intervals"
        fields = ["1-0:1.8.0"]
        [codec]
        region = "EU868"
        """
    private let folder: TemporaryFolder
    private let config: String
    private let hook: Int
    private let api: Int
    private let now = UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970))

    init() throws {
        folder = try TemporaryFolder()
        (hook, api) = (try LoopbackServer().port, try LoopbackServer().port)
        _ = try folder.write(Self.bridges.utf8, to: "p1lora.toml")
        for name in ["secret", "password"] {
            let path = try folder.write("open\(name == "secret" ? ", this is the" : "") \(name)\n".utf8, to: name)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        config = try folder.write(
            """
            time_zone = "UTC"
            [store]
            path = "profile.db"
            [[fleet]]
            configuration = "p1lora.toml"
            [webhook]
            listen = "127.0.0.1:\(hook)"
            secret_file = "secret"
            [api]
            listen = "127.0.0.1:\(api)"
            password_file = "password"
            """.utf8, to: "collector.toml")
    }

    private func start() throws -> Process {
        try CommandRunner.start(
            ["run", "--config", config],
            program: CommandRunner.executable.deletingLastPathComponent().appending(path: "p1lora-collector"),
            output: folder.url.appending(path: "out"), errors: folder.url.appending(path: "log"))
    }

    private var log: String { (try? String(contentsOf: folder.url.appending(path: "log"), encoding: .utf8)) ?? "" }

    /// - Returns: the status and the body.
    private func curl(_ arguments: String) throws -> (status: String, body: String) {
        let outcome = try CommandRunner.shell("curl -s -m 15 -w '\\n%{http_code}' \(arguments)")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
    }

    private func wait(_ isSo: () throws -> Bool) throws -> Bool {
        for _ in 0..<150 {
            if try isSo() { return true }
            usleep(100_000)
        }
        return false
    }

    private func event(_ server: ServerKind) throws -> String {
        let schema = try LayoutConfiguration(text: Self.bridges).schema
        let newest = QuarterHour(atOrBefore: now)
        let entries = (0...4).map {
            IntervalEntry(boundary: QuarterHour(number: newest.number - $0), value: 9_000 - $0 * 250, series: 0)
        }
        let history = IntervalHistory(newest: newest, entries: [entries])
        let payload = try #require(schema.intervalLayouts[0].encode(history, meter: 0, limit: 51)).bytes
        let json = UplinkEvent(
            device: Self.device, identity: "1", port: 2, counter: 1, payload: payload, receivedAt: now,
            address: DeviceAddress(server: server, application: "meters", name: "cellar")
        ).json
        return try folder.write(json.utf8, to: "\(server.rawValue).json")
    }

    @Test func `an event that is posted with the secret is in the profile`() throws {
        let process = try start()
        defer { process.terminateAndWait() }
        #expect(try wait { log.components(separatedBy: "answers").count == 3 }, "\(log)")
        let address = "http://127.0.0.1:\(hook)"
        let chirpStack = try event(.chirpStack)
        for (header, status) in [
            ("", "401"), ("-H 'X-Secret: open sesame'", "401"),
            ("-H 'X-Secret: open, this is the secret' -H 'X-Secret: x'", "401"),
            ("-H 'X-Secret: open, this is the secret'", "204"),
            ("-H 'Authorization: Bearer open, this is the secret'", "204"),
        ] {
            #expect(
                try curl("\(header) --data-binary @\(chirpStack) '\(address)/?event=up'").status == status, "\(header)")
        }
        let stack = try event(.theThingsStack)
        #expect(
            try curl("-H 'X-Secret: open, this is the secret' --data-binary @\(stack) \(address)/up").status == "204")
        #expect(try curl("-H 'X-Secret: open, this is the secret' \(address)/").status == "405")
        let large = try folder.write([UInt8](repeating: 0x20, count: 1_048_577), to: "large")
        #expect(
            try curl("-H 'X-Secret: open, this is the secret' -H 'Expect:' --data-binary @\(large) \(address)/").status
                == "413")
        let profile = "-u any:'open password' 'http://127.0.0.1:\(api)/api/profile?format=csv&meter=main'"
        #expect(try wait { try curl(profile).body.split(separator: "\n").count == 5 }, "\(log)")
        let rows = try curl(profile).body
        #expect(rows.contains(",import_kwh,") && rows.contains(",0.25,kWh"), "\(rows)")
        func ask(_ path: String) throws -> String {
            try curl("-u any:'open password' 'http://127.0.0.1:\(api)/api/\(path)'").body
        }
        // How things stand may be some seconds old.
        #expect(try wait { try ask("bridges?search=CELL").hasPrefix("{\"total\":1,") })
        #expect(try ask("bridges?search=nobody") == "{\"total\":0,\"devices\":[]}\n")
        #expect(try ask("bridges?from=1&most=5") == "{\"total\":1,\"devices\":[]}\n")
        #expect(try ask("meters?device=\(Self.device)").contains("\"values\":[0,250,500,750,1000]"))
        #expect(try ask("meters?device=70B3D57ED0019999") == "{\"meters\":[]}\n")
        #expect(try ask("meters?device=x") == "device is no DevEUI\n")
    }

    @Test func `pages are for those who may see them`() throws {
        let process = try start()
        defer { process.terminateAndWait() }
        #expect(try wait { log.components(separatedBy: "answers").count == 3 }, "\(log)")
        let address = "http://127.0.0.1:\(api)"
        #expect(try curl("\(address)/").status == "401")
        #expect(try curl("-u a:wrong \(address)/").status == "401")
        #expect(try curl("-u a:'open password' -H 'Host: evil.example' \(address)/").status == "421")
        let page = try curl("-u a:'open password' -i \(address)/")
        #expect(page.status == "200" && page.body.contains("Content-Security-Policy: default-src 'none'"))
        #expect(page.body.contains("<title>Load profiles</title>"))
        #expect(try curl("-u a:'open password' \(address)/metrics").body.contains("p1lora_collector_healthy"))
        #expect(try curl("-u a:'open password' \(address)/api/devices").body == "[]\n")
        #expect(try curl("-u a:'open password' \(address)/etc/passwd").status == "404")
        #expect(try curl("-u a:'open password' '\(address)/api/profile?from=yesterday'").status == "400")
        #expect(try curl("-u a:'open password' -X DELETE \(address)/").status == "405")
    }
}
