import BridgeConfiguration
import Foundation
import MeterValues
import ServerEvents
import TestTags
import Testing
import Timekeeping
import UplinkPayload

/// The collector's own program, with a real broker.
@Suite(
    .tags(.process), .waits, .slow, .serialized,
    .enabled(if: MosquittoServer.isInstalled, "apt-get install mosquitto mosquitto-clients to run these"))
struct CollectorServiceTests {
    /// Kills at random moments, as often as the environment says.
    private static var kills: Int { Int(ProcessInfo.processInfo.environment["P1LORA_KILLS"] ?? "") ?? 4 }

    @Test func `what a broker keeps while the collector is away is taken in`() throws {
        let broker = try MosquittoServer()
        let bench = try CollectorService(broker)
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
        let bench = try CollectorService(broker)
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
        try bench.publish(sent..<sent + CollectorService.overlap)
        sent += CollectorService.overlap
        #expect(try bench.wait { try bench.known() == 0..<sent }, "\(sent)\n\(bench.log)")
        #expect(try bench.wrong() == [])
        process.terminate()
    }

    @Test func `a broker that goes away and comes back costs nothing`() throws {
        let broker = try MosquittoServer()
        let bench = try CollectorService(broker)
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
        let bench = try CollectorService(broker)
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
        let bench = try CollectorService(broker, store: "url = \"\(try database.database())\"")
        let process = try bench.start()
        #expect(try bench.wait { bench.log.contains("listening to") }, "\(bench.log)")
        var sent = 5
        try bench.publish(0..<sent)
        #expect(try bench.wait { try bench.known() == 0..<sent }, "\(bench.log)")
        for signal in [SIGINT, SIGKILL] {
            try database.stop(signal: signal)
            // More than the reports' overlap: nothing but the file beside the collector has them.
            let count = CollectorService.overlap + 10
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
        let bench = try CollectorService(
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
        try bench.publish(sent..<sent + CollectorService.overlap)
        sent += CollectorService.overlap
        #expect(try bench.wait { try bench.known() == 0..<sent }, "\(sent)\n\(bench.logs(of: 2))")
        #expect(try bench.wrong() == [])
        steady.terminate()
        victim.terminate()
    }

    @Test func `a broker that refuses, or shows a wrong certificate, is told in words`() throws {
        let closed = try MosquittoServer(password: "open sesame")
        let bench = try CollectorService(closed)
        try bench.start()
        #expect(try bench.wait { bench.log.contains("not authorised") }, "\(bench.log)")
        let secret = try MosquittoServer(usesTLS: true)
        let wrong = try CollectorService(secret, "tls = true\n")
        try wrong.start()
        #expect(
            try wrong.wait { wrong.log.contains("tried again") && wrong.log.contains("certificate") },
            "\(wrong.log)")
        let right = try CollectorService(secret, "tls = true\nca = \"\(secret.path("ca.pem"))\"\n")
        try right.start()
        #expect(try right.wait { right.log.contains("listening to") }, "\(right.log)")
    }
}

/// `p1lora-collector run` as a process of its own, and a bridge that publishes through a broker.
private final class CollectorService {
    private let folder: TemporaryFolder
    private let broker: MosquittoServer
    private let schema: PayloadSchema
    private let extra: String
    private let store: String
    private let start0: QuarterHour
    private var processes: [Int: Process] = [:]

    /// Quarter-hours that each report tells of.
    static let overlap = 30
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

    /// - Parameter extra: lines of the `[[server]]`.
    init(_ broker: MosquittoServer, _ extra: String = "", store: String = "path = \"profile.db\"") throws {
        self.broker = broker
        self.extra = extra
        self.store = store
        folder = try TemporaryFolder()
        schema = try LayoutConfiguration(text: Self.bridges).schema
        _ = try folder.write(Self.bridges.utf8, to: "p1lora.toml")
        let now = UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970))
        start0 = QuarterHour(number: QuarterHour(atOrBefore: now).number - 2_000)
    }

    deinit { for process in processes.values { process.terminateAndWait() } }

    private func config(worker: Int = 0) throws -> String {
        try folder.write(
            """
            [store]
            \(store)
            \(worker > 0 ? "spool = \"worker\(worker)\"" : "")
            [[fleet]]
            configuration = "p1lora.toml"
            [[server]]
            kind = "chirpstack"
            host = "localhost"
            port = \(broker.port)
            client = "test-\(worker)"
            \(extra)
            """.utf8, to: "collector\(worker).toml")
    }

    var log: String { logs(of: 1)[0] }

    func logs(of workers: Int) -> [String] {
        (0..<workers).map {
            (try? String(contentsOf: folder.url.appending(path: "log\($0)"), encoding: .utf8)) ?? ""
        }
    }

    private static let program = CommandRunner.executable.deletingLastPathComponent().appending(
        path: "p1lora-collector")

    @discardableResult
    func start(worker: Int = 0) throws -> Process {
        let process = try CommandRunner.start(
            ["run", "--config", config(worker: worker)], program: Self.program,
            output: folder.url.appending(path: "out\(worker)"), errors: folder.url.appending(path: "log\(worker)"))
        processes[worker] = process
        return process
    }

    private func register(_ quarter: Int) -> Int64 { 1_000_000 + Int64(quarter) * 7 }

    /// Each quarter-hour's report tells of it and of those before.
    func publish(_ quarters: Range<Int>) throws {
        let lines = try quarters.map { quarter in
            let newest = QuarterHour(number: start0.number + Int64(quarter) + 1)
            let entries = (0...Self.overlap).map { age in
                IntervalEntry(
                    boundary: QuarterHour(number: newest.number - Int64(age)), value: register(quarter + 1 - age),
                    series: 0)
            }
            let history = IntervalHistory(newest: newest, entries: [Array(entries.prefix(quarter + 2))])
            let payload = try #require(schema.intervalLayouts[0].encode(history, meter: 0, limit: 222)).bytes
            return UplinkEvent(
                device: Self.device, identity: "\(quarter)", port: 2, counter: UInt32(quarter), payload: payload,
                receivedAt: UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970)),
                address: DeviceAddress(server: .chirpStack, application: "meters", name: "cellar")
            ).json
        }
        try broker.publish(lines, to: "application/meters/device/70b3d57ed0012345/event/up")
    }

    /// The rows of the export, by their quarter-hours, and what they say.
    private func rows() throws -> [(quarter: Int, value: String)] {
        let outcome = try CommandRunner.shell("'\(Self.program.path)' export --config '\(config())'")
        let lines = outcome.output.split(separator: "\n").dropFirst()
        return lines.enumerated().compactMap { index, line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return cells.count == 7 && !cells[5].isEmpty ? (index, String(cells[5])) : nil
        }
    }

    /// Quarter-hours from the first on of which the use is known.
    func known() throws -> Range<Int> { 0..<(try rows().count) }

    func wrong() throws -> [String] { try rows().map(\.value).filter { $0 != "0.007" } }

    func wait(_ seconds: Double = 30, until isOver: () throws -> Bool) throws -> Bool {
        let end = Date() + seconds
        while Date() < end {
            if try isOver() { return true }
            usleep(100_000)
        }
        return false
    }
}

extension MosquittoServer {
    /// Each line is a message, at least once.
    fileprivate func publish(_ lines: [String], to topic: String) throws {
        let input = try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "messages-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/mosquitto_pub")
        process.arguments = ["-h", "localhost", "-p", "\(port)", "-t", topic, "-q", "1", "-l"]
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input))
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    fileprivate final class Listener {
        fileprivate let file: URL
        private let process: Process

        fileprivate init(_ process: Process, file: URL) {
            self.process = process
            self.file = file
        }

        deinit { process.terminateAndWait() }

        var text: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    }

    fileprivate func listen(to topic: String, seconds: Int) throws -> Listener {
        let file = folder.url.appending(path: "heard")
        try Data().write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/mosquitto_sub")
        process.arguments = ["-h", "localhost", "-p", "\(port)", "-t", topic, "-q", "1", "-W", "\(seconds)"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = FileHandle.nullDevice
        try process.run()
        return Listener(process, file: file)
    }
}
