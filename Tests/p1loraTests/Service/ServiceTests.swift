import Ciphers
import Foundation
import HardwareSimulators
import TestTags
import Testing
import Timekeeping

/// The service as a process of its own, against a network server of our own behind the gateways' UDP protocol.
@Suite(.tags(.process), .waits, .slow, .serialized) struct ServiceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func configuration(
        port: Int, extra: String = "", every: String = "10s", region: String = "EU868"
    ) throws -> String {
        try folder.configuration(
            lorawan: "region = '\(region)'\ndaily_airtime = 'off'",
            radio: "type = 'udp-gateway'\nserver = '127.0.0.1:\(port)'", every: every, extra: extra)
    }

    func start(_ config: String, name: String) throws -> (Process, URL) {
        let log = folder.url.appending(path: name)
        let process = try CommandRunner.start(
            ["run", "--config", config], output: folder.url.appending(path: "out"), errors: log)
        return (process, log)
    }

    /// Waits until `isOver`, thirty seconds at most.
    func wait(_ seconds: Double = 30, until isOver: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if isOver() { return true }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return false
    }

    @Test func `run joins over the gateway protocol in a region whose downlinks are on other carriers`() throws {
        let server = try LoopbackServer(.init(receive2DataRate: 8, extraChannels: [], region: .us915))
        let config = try configuration(port: server.port, region: "US915")
        let (process, log) = try start(config, name: "log")
        let hasArrived = wait {
            server.serve()
            return server.network.uplinks.contains { $0.port == 1 }
        }
        process.terminate()
        process.waitUntilExit()
        #expect(hasArrived, "\((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
    }

    @Test
    func `run joins and delivers over the gateway protocol, ends on SIGTERM within 2 s, and goes on after kill -9`()
        throws
    {
        let server = try LoopbackServer()
        let config = try configuration(port: server.port)
        let (first, log) = try start(config, name: "first.log")
        #expect(
            wait {
                server.serve(); return server.network.uplinks.count >= 2
            }, "\(read(log))")
        let payload = server.network.uplinks.first?.payload ?? []
        #expect(payload.count == 6 && server.network.joins.count == 1)

        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let before = server.network.uplinks.count
        let (second, secondLog) = try start(config, name: "second.log")
        #expect(
            wait {
                server.serve(); return server.network.uplinks.count > before
            }, "\(read(secondLog))")
        #expect(server.network.joins.count == 1, "it joined again: \(read(secondLog))")
        #expect(server.network.rejected.isEmpty)

        let asked = Date()
        second.terminate()
        #expect(wait(10) { !second.isRunning })
        #expect(Date().timeIntervalSince(asked) < 2)
        #expect(second.terminationStatus == 0, "\(read(secondLog))")
        #expect(!read(log).contains("0F1E2D3C"), "a key is in the log")
    }

    @Test func `run refuses a state file of another DevEUI and ends with 1`() throws {
        let config = try configuration(port: 9)
        let (first, log) = try start(config, name: "first.log")
        #expect(wait { read(log).contains("radio ready") }, "\(read(log))")
        first.terminate()
        first.waitUntilExit()
        let text = try String(contentsOfFile: config, encoding: .utf8)
        let other = try folder.write(
            text.replacingOccurrences(of: "70B3D57ED0001234", with: "70B3D57ED0000002").utf8, to: "other.toml")
        let (second, secondLog) = try start(other, name: "second.log")
        #expect(wait { !second.isRunning })
        #expect(second.terminationStatus == 1)
        #expect(read(secondLog).contains("belongs to DevEUI 70B3D57ED0001234"))
    }

    @Test func `run with a simulated radio delivers and tells how it is, and so does the next one with its session`()
        throws
    {
        let config = try folder.configuration(radio: "type = 'simulated'")
        for round in 1...2 {
            let (process, log) = try start(config, name: "log \(round)")
            #expect(wait { read(log).contains("\"import_kwh\":4.711") }, "\(read(log))")
            #expect(read(log).contains("joined, address") == (round == 1))
            let status = try CommandRunner.run("status", "--config", config)
            #expect(status.status == 0 && status.output.contains("joined"), "\(status.output) \(status.errors)")
            try end(process)
        }
    }

    /// On SIGTERM, within two seconds.
    func end(_ process: Process) throws {
        let asked = Date()
        process.terminate()
        #expect(wait(10) { !process.isRunning })
        #expect(Date().timeIntervalSince(asked) < 2)
        #expect(process.terminationStatus == 0)
    }

    func read(_ log: URL) -> String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}
