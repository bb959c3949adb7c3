import Foundation
import HardwareSimulators
import TestTags
import Testing

/// The service against a real broker.
@Suite(
    .tags(.process), .waits, .slow, .serialized,
    .enabled(if: MosquittoServer.isInstalled, "apt-get install mosquitto mosquitto-clients to run these"))
struct BrokerServiceTests {
    static let base = "p1lora/70b3d57ed0001234"
    static let values = "\(base)/meter/main"

    /// Asks the broker until it says so.
    func wait(
        _ bench: ServiceBench, _ broker: MosquittoServer, _ isSo: ([String: String]) -> Bool
    ) async throws -> Bool {
        try await bench.wait(20) { isSo(try await broker.retained()) }
    }

    @Test func `values, health and discovery stand at the broker, and a crash is told by the last will`() async throws {
        let broker = try MosquittoServer()
        let bench = try ServiceBench("[mqtt]\nhost = \"localhost\"\nport = \(broker.port)\nevery = \"1s\"\n")
        let process = try bench.start()
        let isThere = try await wait(bench, broker) { $0[Self.values]?.contains("\"import_kwh\":4.711") == true }
        #expect(isThere, "\(bench.log)")
        let retained = try await broker.retained()
        #expect(retained["\(Self.base)/availability"] == "online")
        #expect(retained["\(Self.base)/meter/main/availability"] == "online")
        #expect(retained["homeassistant/device/p1lora_70b3d57ed0001234_main/config"]?.hasPrefix("{\"dev\":") == true)
        #expect(try await bench.status("--format", "prometheus").output.contains("\np1lora_broker_connected 1\n"))
        process.terminateAndWait()
        #expect(try await wait(bench, broker) { $0["\(Self.base)/availability"] == "offline" })
    }

    @Test func `a broker that goes away and comes back is told all again, and the service ends in time without it`()
        async throws
    {
        let broker = try MosquittoServer()
        let bench = try ServiceBench("[mqtt]\nhost = \"localhost\"\nport = \(broker.port)\nevery = \"1s\"\n")
        let process = try bench.start()
        #expect(try await wait(bench, broker) { $0[Self.values] != nil }, "\(bench.log)")
        broker.stop()
        #expect(await bench.wait { bench.log.contains("next attempt in") }, "\(bench.log)")
        let uplinks = bench.server.network.uplinks.count
        #expect(await bench.wait { bench.server.network.uplinks.count > uplinks }, "the radio waits for the broker")
        try broker.start()
        #expect(try await wait(bench, broker) { $0[Self.values] != nil }, "\(bench.log)")
        process.terminate()
        #expect(await bench.wait(3) { !process.isRunning })
        #expect(process.terminationStatus == 0)
        #expect(try await broker.retained()["\(Self.base)/availability"] == "offline")
    }

    @Test func `with TLS the broker must be the one that the authority knows`() async throws {
        let broker = try MosquittoServer(usesTLS: true)
        let extra = "[mqtt]\nport = \(broker.port)\ntls = true\nevery = \"1s\"\n"
        let bench = try ServiceBench(extra + "host = \"localhost\"\nca = \"\(broker.path("ca.pem"))\"\n")
        try bench.start()
        #expect(try await wait(bench, broker) { $0[Self.values] != nil }, "\(bench.log)")
        // Another name than in the certificate, and an authority that did not sign it.
        for wrong in ["host = \"127.0.0.1\"\nca = \"\(broker.path("ca.pem"))\"\n", "host = \"localhost\"\n"] {
            let bench = try ServiceBench(extra + wrong)
            try bench.start()
            #expect(await bench.wait(20) { bench.log.contains("next attempt in") }, "\(bench.log)")
            #expect(!bench.log.contains("the MQTT broker is there"))
        }
    }

    @Test func `a password opens the broker, a wrong one is told, and neither is shown`() async throws {
        let broker = try MosquittoServer(password: "open sesame")
        for (password, isRight) in [("open sesame", true), ("wrong sesame", false)] {
            let bench = try ServiceBench()
            let file = try bench.folder.write((password + "\n").utf8, to: "password")
            let text = try String(contentsOfFile: bench.config, encoding: .utf8)
            _ = try bench.folder.write(
                (text + "[mqtt]\nhost = \"localhost\"\nport = \(broker.port)\nuser = \"bridge\"\n"
                    + "password_file = \"\(file)\"\nevery = \"1s\"\n").utf8, to: "config.toml")
            try bench.start()
            #expect(
                await bench.wait(20) { bench.log.contains(isRight ? "the MQTT broker is there" : "not authorised") },
                "\(bench.log)")
            #expect(!bench.log.contains("sesame"))
        }
    }

    @Test func `a broker that nobody can reach costs the service nothing but a line`() async throws {
        let bench = try ServiceBench("[mqtt]\nhost = \"no-such-host.invalid\"\n")
        let process = try bench.start()
        #expect(await bench.wait { bench.log.contains("mqtt://no-such-host.invalid") }, "\(bench.log)")
        #expect(await bench.wait { bench.server.network.uplinks.count >= 1 }, "\(bench.log)")
        #expect(try await bench.status("--format", "json").output.contains("\"is_connected\":false"))
        process.terminate()
        #expect(await bench.wait(3) { !process.isRunning })
    }
}
