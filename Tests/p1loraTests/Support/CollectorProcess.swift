import BridgeConfiguration
import Foundation
import MeterValues
import ServerEvents
import Testing
import Timekeeping
import UplinkPayload

/// `p1lora-collector run` as a process of its own, and a bridge that publishes through a broker.
final class CollectorProcess {
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

    /// - Parameters:
    ///   - extra: lines of the `[[server]]`.
    ///   - age: quarter-hours since the first that is published. What is older than 35 days is not asked for.
    init(
        _ broker: MosquittoServer, _ extra: String = "", store: String = "path = \"profile.db\"", age: Int64 = 2_000
    ) throws {
        self.broker = broker
        self.extra = extra
        self.store = store
        folder = try TemporaryFolder()
        schema = try LayoutConfiguration(text: Self.bridges).schema
        _ = try folder.write(Self.bridges.utf8, to: "p1lora.toml")
        let now = UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970))
        start0 = QuarterHour(number: QuarterHour(atOrBefore: now).number - age)
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
    func publish(_ quarters: Range<Int>, qos: Int = 1) throws {
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
        try broker.publish(lines, to: "application/meters/device/70b3d57ed0012345/event/up", qos: qos)
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

    /// Uplinks that came, each counted once.
    func heard() throws -> Int {
        let outcome = try CommandRunner.shell("'\(Self.program.path)' status --format json --config '\(config())'")
        let text = outcome.output.components(separatedBy: "\"uplinks\":").dropFirst().first ?? ""
        return Int(text.prefix { $0.isNumber }) ?? 0
    }

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
    /// Each line is a message.
    func publish(_ lines: [String], to topic: String, qos: Int = 1) throws {
        let input = try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "messages-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/mosquitto_pub")
        process.arguments = ["-h", "localhost", "-p", "\(port)", "-t", topic, "-q", "\(qos)", "-l"]
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input))
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    final class Listener {
        let file: URL
        private let process: Process

        init(_ process: Process, file: URL) {
            self.process = process
            self.file = file
        }

        deinit { process.terminateAndWait() }

        var text: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    }

    func listen(to topic: String, seconds: Int) throws -> Listener {
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
