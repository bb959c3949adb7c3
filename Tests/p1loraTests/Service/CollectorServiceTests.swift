import Foundation
import TestTags
import Testing

/// The collector's own program, with a real broker.
@Suite(
    .tags(.process), .waits, .slow, .serialized,
    .enabled(if: MosquittoServer.isInstalled, "apt-get install mosquitto mosquitto-clients to run these"))
struct CollectorServiceTests {
    /// Kills at random moments, as often as the environment says.
    static var kills: Int { Int(ProcessInfo.processInfo.environment["P1LORA_KILLS"] ?? "") ?? 4 }

    @Test func `what a broker keeps while the collector is away is taken in`() throws {
        let broker = try MosquittoServer()
        let bench = try CollectorProcess(broker)
        let first = try bench.start()
        #expect(try bench.wait { bench.log.contains("listening to") }, "\(bench.log)")
        first.terminateAndWait()
        try bench.publish(0..<20)
        let second = try bench.start()
        #expect(try bench.wait { try bench.known() == 0..<20 }, "\(bench.log)")
        second.terminate()
        #expect(try bench.wait { !second.isRunning })
        #expect(second.terminationStatus == 0)
        #expect(try bench.wrong() == [])
    }

    @Test func `killed at any moment it has each quarter-hour once, and right`() throws {
        let broker = try MosquittoServer()
        let bench = try CollectorProcess(broker)
        var process = try bench.start()
        #expect(try bench.wait { bench.log.contains("listening to") }, "\(bench.log)")
        var sent = 0
        for _ in 0..<Self.kills {
            try bench.publish(sent..<sent + 25)
            sent += 25
            usleep(useconds_t.random(in: 0...300_000))
            process.terminateAndWait()
            process = try bench.start()
        }
        // What a kill took between the client's acknowledgement and the disk is told again by the next reports.
        try bench.publish(sent..<sent + CollectorProcess.overlap)
        sent += CollectorProcess.overlap
        #expect(try bench.wait { try bench.known() == 0..<sent }, "\(sent)\n\(bench.log)")
        #expect(try bench.wrong() == [])
        process.terminate()
    }

    @Test func `a broker that goes away and comes back costs nothing`() throws {
        let broker = try MosquittoServer()
        let bench = try CollectorProcess(broker)
        let process = try bench.start()
        #expect(try bench.wait { bench.log.contains("listening to") }, "\(bench.log)")
        try bench.publish(0..<5)
        #expect(try bench.wait { try bench.known() == 0..<5 }, "\(bench.log)")
        broker.stop()
        #expect(try bench.wait { bench.log.contains("tried again") }, "\(bench.log)")
        try broker.start()
        #expect(
            try bench.wait { bench.log.components(separatedBy: "listening to").count == 3 }, "\(bench.log)")
        try bench.publish(5..<9)
        #expect(try bench.wait { try bench.known() == 0..<9 }, "\(bench.log)")
        process.terminate()
    }

    @Test func `a request goes out where the bridge's uplinks come in`() throws {
        let broker = try MosquittoServer()
        let bench = try CollectorProcess(broker)
        let process = try bench.start()
        #expect(try bench.wait { bench.log.contains("listening to") }, "\(bench.log)")
        let commands = try broker.listen(to: "application/+/device/+/command/down", seconds: 40)
        try bench.publish(0..<1)
        #expect(try bench.wait { try bench.known() == 0..<1 }, "\(bench.log)")
        // A device's profile is looked at four times an hour, and by each start.
        process.terminateAndWait()
        let next = try bench.start()
        try bench.publish(60..<61)
        #expect(try bench.wait { commands.text.contains("\"fPort\":10") }, "\(bench.log)")
        #expect(bench.log.contains("asked for 1 times"), "\(bench.log)")
        next.terminate()
    }

    @Test(.enabled(if: PostgreSQLServer.isInstalled, "apt-get install postgresql to run this"))
    func `a database that is stopped and started, or killed, costs nothing`() throws {
        let (broker, database) = (try MosquittoServer(), try PostgreSQLServer())
        let bench = try CollectorProcess(broker, store: "url = \"\(try database.database())\"")
        let process = try bench.start()
        #expect(try bench.wait { bench.log.contains("listening to") }, "\(bench.log)")
        var sent = 5
        try bench.publish(0..<sent)
        #expect(try bench.wait { try bench.known() == 0..<sent }, "\(bench.log)")
        for signal in [SIGINT, SIGKILL] {
            try database.stop(signal: signal)
            // More than the reports' overlap: nothing but the file beside the collector has them.
            let count = CollectorProcess.overlap + 10
            try bench.publish(sent..<sent + count)
            sent += count
            #expect(try bench.wait { bench.log.contains("what comes waits on the disk") }, "\(bench.log)")
            try database.start()
            #expect(try bench.wait { try bench.known() == 0..<sent }, "\(sent)\n\(bench.log)")
        }
        #expect(try bench.wrong() == [])
        process.terminate()
    }

    @Test(.enabled(if: PostgreSQLServer.isInstalled, "apt-get install postgresql to run this"))
    func `two workers share the devices, and what one takes with it when it is killed is told again`() throws {
        let (broker, database) = (try MosquittoServer(), try PostgreSQLServer.shared())
        let bench = try CollectorProcess(
            broker, "topic = \"$share/collectors/application/+/device/+/event/up\"\n",
            store: "url = \"\(try database.database())\"")
        let steady = try bench.start()
        var victim = try bench.start(worker: 1)
        #expect(try bench.wait { bench.logs(of: 2).allSatisfy { $0.contains("listening to") } }, "\(bench.logs(of: 2))")
        var sent = 0
        for _ in 0..<Self.kills {
            try bench.publish(sent..<sent + 25)
            sent += 25
            usleep(useconds_t.random(in: 0...300_000))
            victim.terminateAndWait()
            victim = try bench.start(worker: 1)
        }
        #expect(
            try bench.wait { bench.logs(of: 2)[1].contains("listening to") }, "\(bench.logs(of: 2))")
        try bench.publish(sent..<sent + CollectorProcess.overlap)
        sent += CollectorProcess.overlap
        #expect(try bench.wait { try bench.known() == 0..<sent }, "\(sent)\n\(bench.logs(of: 2))")
        #expect(try bench.wrong() == [])
        steady.terminate()
        victim.terminate()
    }

    @Test func `a broker that refuses, or shows a wrong certificate, is told in words`() throws {
        let closed = try MosquittoServer(password: "open sesame")
        let bench = try CollectorProcess(closed)
        try bench.start()
        #expect(try bench.wait { bench.log.contains("not authorised") }, "\(bench.log)")
        let secret = try MosquittoServer(usesTLS: true)
        let wrong = try CollectorProcess(secret, "tls = true\n")
        try wrong.start()
        #expect(
            try wrong.wait { wrong.log.contains("tried again") && wrong.log.contains("certificate") },
            "\(wrong.log)")
        let right = try CollectorProcess(secret, "tls = true\nca = \"\(secret.path("ca.pem"))\"\n")
        try right.start()
        #expect(try right.wait { right.log.contains("listening to") }, "\(right.log)")
    }

    @Test(.enabled(if: MosquittoServer.gatekeeper != nil, "needs mosquitto's dynamic security"))
    func `a subscription that is refused is told, and tried again in pauses that grow`() throws {
        let bench = try CollectorProcess(MosquittoServer(refuses: true))
        try bench.start()
        func refusals() -> [Substring] {
            bench.log.split(separator: "\n").filter { $0.contains("refuses the subscription") }
        }
        #expect(try bench.wait { refusals().count > 1 }, "\(bench.log)")
        #expect(
            refusals().first?.contains("in 1 s") == true && refusals().dropFirst().first?.contains("in 2 s") == true)
    }
}
