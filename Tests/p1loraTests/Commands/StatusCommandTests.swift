import Foundation
import HardwareSimulators
import TestTags
import Testing
import Timekeeping
import UplinkBridge

/// The service's own account of itself, from a process to others.
@Suite(.tags(.process), .waits, .slow, .serialized) struct StatusCommandTests {
    @Test func `status tells in text, JSON and metrics how the service is, and its exit code says whether it is well`()
        async throws
    {
        let bench = try ServiceBench()
        let nobody = try await bench.status()
        #expect(nobody.status == 1 && nobody.errors.contains("nobody answers"), "\(nobody.errors)")
        let process = try bench.start()
        #expect(await bench.wait { bench.server.network.uplinks.count >= 1 }, "\(bench.log)")
        #expect(await bench.wait { (try? await bench.status().status) == 0 }, "\(bench.log)")

        let text = try await bench.status()
        #expect(text.output.contains("All is well.") && text.output.contains("4.711"), "\(text.output)")
        #expect(text.output.contains("joined, address"))
        let json = try BridgeStatus(json: Array(try await bench.status("--format", "json").output.utf8))
        #expect(json.healthy && json.meters.first?.state == .ended && json.link?.isJoined == true)
        #expect(json.threads.map(\.name) == ["radio", "meters"])
        let metrics = try await bench.status("--format", "prometheus")
        #expect(
            metrics.output.contains("\np1lora_meter_energy_joules_total{meter=\"main\",obis=\"1-0:1.8.0\"} 16959600\n"))
        for output in [text.output, metrics.output] { #expect(!output.contains("0F1E2D3C"), "a key is shown") }

        let command = "p1lora status --config \(bench.config)"
        let there = try CommandRunner.shell(command, environment: ["TZ": "XYZ-5:45"]).output
        #expect(there.contains(/\ \ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d XYZ \(\d\d:\d\d:\d\d UTC\)/), "\(there)")
        let forScripts = try CommandRunner.shell(command + " --utc", environment: ["TZ": "XYZ-5:45"]).output
        #expect(forScripts.contains(/\ \ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) && !forScripts.contains("XYZ"))

        let mode = try FileManager.default.attributesOfItem(atPath: bench.path("state.sock"))[.posixPermissions] as? Int
        #expect(mode == 0o660)
        process.terminate()
        #expect(await bench.wait(3) { !process.isRunning })
        #expect(!FileManager.default.fileExists(atPath: bench.path("state.sock")), "the socket is left behind")
    }

    @Test func `a service in trouble has exit code 2, and says what is wrong`() async throws {
        let bench = try ServiceBench("[[pulse]]\nline = 1\nper_unit = 1000\ngpio_chip = \"/dev/no-such-chip\"\n")
        try bench.start()
        #expect(await bench.wait { (try? await bench.status().status) == 2 }, "\(bench.log)")
        let isTold = try await bench.wait {
            try await bench.status().output.contains("  - meter pulse: /dev/no-such-chip")
        }
        #expect(isTold, "\(bench.log)")
        #expect(try await bench.status("--format", "prometheus").status == 0)
    }

    @Test func `hanging clients hold up neither the radio nor who asks`() async throws {
        let bench = try ServiceBench()
        try bench.start()
        #expect(await bench.wait { FileManager.default.fileExists(atPath: bench.path("state.sock")) }, "\(bench.log)")
        var hanging: [LocalClient] = []
        for _ in 0..<200 {
            // The kernel refuses more than wait already.
            guard let client = try? LocalClient(path: bench.path("state.sock")) else { continue }
            client.say("GET")
            hanging.append(client)
        }
        #expect(hanging.count > 16)
        #expect(await bench.wait { bench.server.network.uplinks.count >= 1 }, "\(bench.log)")
        let before = Date()
        #expect(try await bench.status("--format", "json").output.contains("\"radio\""))
        #expect(Date().timeIntervalSince(before) < 6)
    }

    @Test func `metrics are served over TCP when they are asked for`() async throws {
        let port = try LoopbackServer().port
        let bench = try ServiceBench("[metrics]\nlisten = \"127.0.0.1:\(port)\"\n")
        try bench.start()
        let page = Curl(port: port, path: "/metrics")
        #expect(await bench.wait { page.body?.contains("p1lora_build_info") == true }, "\(bench.log)")
        #expect(page.body?.hasPrefix("# HELP p1lora_build_info") == true)
    }

    @Test func `the manager hears READY within a second, is fed, and hears STOPPING`() async throws {
        let bench = try ServiceBench()
        let manager = try SimulatedServiceManager(bench.path("notify"))
        for start in 0..<2 {
            let begin = Date()
            let process = try bench.start(
                environment: ["NOTIFY_SOCKET": bench.path("notify"), "WATCHDOG_USEC": "2000000"])
            #expect(await bench.wait { manager.hears("READY=1") }, "\(bench.log)")
            let needed = Date().timeIntervalSince(begin)
            // A second on a machine that does nothing else; tests run beside others.
            #expect(needed < 5, "start \(start): \(needed) s")
            #expect(await bench.wait(5) { manager.count(of: "WATCHDOG=1") >= 4 })
            if start == 0 {
                // As after a crash: the socket of the first is still there.
                process.terminateAndWait()
                #expect(FileManager.default.fileExists(atPath: bench.path("state.sock")))
            } else {
                process.terminate()
                #expect(await bench.wait(3) { !process.isRunning })
                #expect(manager.hears("STOPPING=1"))
                #expect(process.terminationStatus == 0)
            }
            manager.forget()
        }
    }

    @Test func `a process that is stopped is not fed`() async throws {
        let bench = try ServiceBench()
        let manager = try SimulatedServiceManager(bench.path("notify"))
        let process = try bench.start(
            environment: ["NOTIFY_SOCKET": bench.path("notify"), "WATCHDOG_USEC": "1000000"])
        #expect(await bench.wait { manager.count(of: "WATCHDOG=1") >= 2 }, "\(bench.log)")
        kill(process.processIdentifier, SIGSTOP)
        _ = await bench.wait(0.3) { false }
        _ = manager.count(of: "WATCHDOG=1")
        manager.forget()
        _ = await bench.wait(1) { false }
        #expect(manager.count(of: "WATCHDOG=1") == 0)
        kill(process.processIdentifier, SIGCONT)
    }

    @Test func `in the journal lines have a priority and no time`() async throws {
        let bench = try ServiceBench()
        // The log's file stands for the journal's stream, so its device and inode must be known before the start.
        try Data().write(to: URL(filePath: bench.path("log")))
        var status = stat()
        #expect(stat(bench.path("log"), &status) == 0)
        let process = try bench.start(environment: ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"])
        #expect(await bench.wait { bench.log.contains("radio ready") }, "\(bench.log)")
        process.terminate()
        #expect(await bench.wait(3) { !process.isRunning })
        let lines = bench.log.split(separator: "\n")
        #expect(lines.contains("<6>radio ready"))
        #expect(lines.allSatisfy { $0.hasPrefix("<") && $0.dropFirst(2).first == ">" }, "\(bench.log)")
    }
}

/// A page of a port of this machine.
private struct Curl {
    let port: Int
    let path: String

    var body: String? {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isOpen = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isOpen else { return nil }
        let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        _ = send(number, request, request.utf8.count, Int32(MSG_NOSIGNAL))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(number, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) }
    }
}
