import Foundation
import TestTags
import Testing
import UplinkBridge

/// Keys of many devices, in the forms in which servers take them.
@Suite(.tags(.process), .waits, .slow) struct FleetKeysTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func rows(_ text: String, _ separator: Character) -> [[String: String]] {
        let lines = text.split(separator: "\n").map { $0.split(separator: separator, omittingEmptySubsequences: false) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { line in
            #expect(line.count == header.count)
            return Dictionary(uniqueKeysWithValues: zip(header, line).map { (String($0), String($1)) })
        }
    }

    @Test func `a plain list has for each device an identity and a key of its own`() throws {
        let outcome = try CommandRunner.run("keys", "new", "--count", "200", "--region", "us915", "--class-c")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let devices = rows(outcome.output, ",")
        #expect(devices.count == 200)
        #expect(Set(devices.compactMap { $0["dev_eui"] }).count == 200)
        #expect(Set(devices.compactMap { $0["app_key"] }).count == 200)
        for device in devices {
            #expect(device["region"] == "US915" && device["class"] == "C")
            #expect(device["app_key"]?.wholeMatch(of: /[0-9A-F]{32}/) != nil)
            let first = try #require(UInt8(device["dev_eui"]?.prefix(2) ?? "", radix: 16))
            #expect(first & 3 == 2, "locally administered, of one station")
        }
    }

    @Test func `the list for The Things Stack has the columns of its import`() throws {
        let outcome = try CommandRunner.run(
            "keys", "new", "--count", "3", "--csv", "the-things-stack", "--dev-eui", "70B3D57ED00012FF", "--join-eui",
            "0011223344556677")
        let devices = rows(outcome.output, ";")
        #expect(devices.map { $0["dev_eui"] } == ["70B3D57ED00012FF", "70B3D57ED0001300", "70B3D57ED0001301"])
        for device in devices {
            #expect(device["id"]?.wholeMatch(of: /[a-z0-9](-?[a-z0-9]){2,35}/) != nil)
            #expect(device["join_eui"] == "0011223344556677" && device["frequency_plan_id"] == "EU_863_870_TTN")
            #expect(device["lorawan_version"] == "MAC_V1_0_4" && device["lorawan_phy_version"] == "RP002_V1_0_4")
            #expect(device["app_key"]?.count == 32 && device["supports_class_c"] == "false")
        }
    }

    @Test func `a folder holds all forms with the same keys, for their owner alone, and is not written over`() throws {
        let path = folder.url.appending(path: "fleet").path
        let outcome = try CommandRunner.run("keys", "new", "--count", "2", "--folder", path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
        let (plain, things) = (rows(try text("devices.csv"), ","), rows(try text("the-things-stack.csv"), ";"))
        let script = try text("chirpstack.sh")
        for (one, other) in zip(plain, things) {
            let (eui, key) = (try #require(one["dev_eui"]), try #require(one["app_key"]))
            #expect(eui == other["dev_eui"] && key == other["app_key"])
            #expect(script.contains("register \(eui) 0000000000000000 \(key) p1lora-\(eui)".lowercased()))
            #expect(try text("\(eui).toml").contains("app_key = \"\(key)\""))
            #expect(!outcome.output.contains(key))
        }
        for file in try FileManager.default.contentsOfDirectory(atPath: path) {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(path)/\(file)")[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let again = try CommandRunner.run("keys", "new", "--count", "2", "--folder", path)
        #expect(again.status == 1 && again.errors.contains("is not written over"))
    }

    @Test(arguments: [
        (["--count", "0"], "expected 1 to 100000"), (["--count", "2", "--csv", "excel"], "csv"),
        (["--csv", "plain", "--chirpstack"], "exclude each other"), (["--count", "2", "--svg", "x"], "single device"),
        (["--count", "2", "--dev-eui", "FFFFFFFFFFFFFFFF"], "numbers behind it"),
    ])
    func `what makes no list is told with the usage`(arguments: [String], message: String) throws {
        let outcome = try CommandRunner.run(["keys", "new"] + arguments)
        #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(!outcome.output.contains("app_key"))
    }

    /// ChirpStack's REST interface as far as the script uses it: what is there can't be made again.
    private static let server = """
        import http.server, json, sys
        things = {}
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, body):
                text = json.dumps(body, indent=1).encode()
                self.send_response(status); self.send_header("Content-Length", str(len(text))); self.end_headers()
                self.wfile.write(text)
            def look(self):
                if self.headers["Grpc-Metadata-Authorization"] == "Bearer secret token": return True
                self.answer(401, {"code": 16, "message": "authentication failed"})
            def do_GET(self):
                if not self.look(): return
                if self.path in things: self.answer(200, things[self.path])
                else: self.answer(404, {"code": 5, "message": "Object does not exist"})
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self.look(): return
                path = self.path if self.path.endswith("/keys") else "/api/devices/" + body["device"]["devEui"]
                if path in things: self.answer(409, {"code": 6, "message": "Object already exists"})
                elif path.endswith("/keys") and path[:-5] not in things: self.answer(404, {"code": 5})
                else: things[path] = body; self.answer(200, {})
            def log_message(self, *rest): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """

    static let hasPrograms = ["curl", "python3"].allSatisfy { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    @Test(.enabled(if: hasPrograms, "apt-get install curl python3: the script for ChirpStack is not run"))
    func `the script for ChirpStack registers each device once, may be run again, and tells what is refused`() throws {
        for name in ["one.sh", "two.sh"] {
            let path = folder.url.appending(path: name).path
            let outcome = try CommandRunner.run(
                "keys", "new", "--count", "3", "--chirpstack", "--output", path, "--dev-eui", "70B3D57ED0001234")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        _ = try folder.write(Self.server.utf8, to: "server.py")
        let lines = """
            cd '\(folder.url.path)'
            python3 server.py > port & server=$!
            while ! [ -s port ]; do sleep 0.1; done
            export CHIRPSTACK_URL=http://127.0.0.1:$(cat port)/ DEVICE_PROFILE_ID=profile APPLICATION_ID=17C82E96-be03
            CHIRPSTACK_API_KEY=wrong sh one.sh; echo "wrong key: $?"
            export CHIRPSTACK_API_KEY='secret token'
            sh one.sh; echo "first: $?"
            sh one.sh; echo "again: $?"
            sh two.sh; echo "other keys: $?"
            APPLICATION_ID=another sh one.sh; echo "other application: $?"
            kill -9 $server
            wait $server 2> gone
            sh one.sh; echo "nobody: $?"
            """
        let outcome = try CommandRunner.shell(lines)
        let said = outcome.output.split(separator: "\n").map(String.init)
        #expect(
            said == [
                "wrong key: 1", "3 registered, 0 there already, 0 failed", "first: 0",
                "0 registered, 3 there already, 0 failed", "again: 0", "0 registered, 0 there already, 3 failed",
                "other keys: 1", "0 registered, 0 there already, 3 failed", "other application: 1", "nobody: 1",
            ], "\(outcome.errors)")
        #expect(outcome.errors.contains("CHIRPSTACK_API_KEY is refused"))
        #expect(outcome.errors.contains("70b3d57ed0001235: keys (409)") && outcome.errors.contains("device (409)"))
        #expect(outcome.errors.contains("no answer from http://127.0.0.1"))
    }
}
