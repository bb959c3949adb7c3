import BridgeConfiguration
import Collector
import CollectorStore
import Foundation
import HardwareSimulators
import LoadProfile
import MeterValues
import ServerEvents
import Synchronization
import Timekeeping
import UplinkPayload

/// The collector under a large fleet: processor time of an uplink, memory, a year of one meter, and what it takes on the disk.
enum CollectorBenchmark {
    private static let devices = 10_000
    /// Each device sends once in a round, as in a quarter-hour.
    private static let rounds = 4
    private static let start = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_790_000_000))

    /// - Parameter database: an empty one of PostgreSQL, which takes the uplinks instead of all else.
    static func run(database: String? = nil) throws {
        let bench = try Bench()
        if let database { return try bench.uplinks(to: database) }
        try bench.uplinks()
        try bench.year()
        try bench.fleet(of: 100_000)
    }

    private final class Bench {
        private let folder = FileManager.default.temporaryDirectory.path + "/p1lora-collector-benchmark-\(getpid())"
        private let configuration: CollectorConfiguration
        private let schema: PayloadSchema

        private static let bridges = """
            [[meter]]
            name = "main"
            [[report]]
            kind = "intervals"
            fields = ["1-0:1.8.0", "1-0:2.8.0"]
            [codec]
            region = "EU868"
            """

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Self.bridges.write(toFile: folder + "/p1lora.toml", atomically: true, encoding: .utf8)
            configuration = try CollectorConfiguration(
                text: "time_zone = \"UTC\"\n[store]\npath = \"fleet.db\"\n[[fleet]]\nconfiguration = \"p1lora.toml\"\n",
                folder: folder)
            schema = try LayoutConfiguration(text: Self.bridges).schema
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        private func store(_ name: String) throws -> SQLiteProfileStore {
            try SQLiteProfileStore(path: "\(folder)/\(name)")
        }

        // MARK: Uplinks

        /// Messages of a round, which tell of twelve boundaries of two registers each.
        private func messages(round: Int) throws -> [[UInt8]] {
            let newest = QuarterHour(number: start.number + Int64(round))
            return try (0..<devices).map { number in
                let entries = [3, 1].map { step in
                    (0..<12).map { age in
                        let boundary = QuarterHour(number: newest.number - Int64(age))
                        let value = (boundary.number - start.number + 1_000_000) * Int64(step * 37 + number % 50)
                        return IntervalEntry(boundary: boundary, value: value, series: 0)
                    }
                }
                guard
                    let report = schema.intervalLayouts[0].encode(
                        IntervalHistory(newest: newest, entries: entries), meter: 0, limit: 51)
                else { throw Failure(description: "no report") }
                return Array(
                    UplinkEvent(
                        device: DeviceIdentifier(rawValue: UInt64(number + 1)), identity: "\(number) \(round)", port: 2,
                        counter: UInt32(round), payload: report.bytes, receivedAt: newest.time + .seconds(30),
                        radio: .init(
                            gateway: "0016c001f153a14c", signal: -97, noiseRatio: 7.5, spreadingFactor: 9,
                            bandwidth: 125_000),
                        address: DeviceAddress(
                            server: .chirpStack, application: "17c8e5a0-0000-0000-0000-000000000000",
                            name: "house \(number)")
                    ).json.utf8)
            }
        }

        private static func take(
            _ messages: some Sequence<[UInt8]>, into store: any ProfileStore, fleets: Fleets
        ) throws {
            var intake = Intake(store, fleets: fleets)
            let topic = "application/meters/device/0000000000000001/event/up"
            for message in messages {
                intake.take(message, event: "up", topic: topic, at: start.time + .hours(2))
                if intake.waiting >= Intake.largestBatch { try intake.commit() }
            }
            try intake.commit()
        }

        /// - Parameter taking: takes messages into the store.
        /// - Returns: seconds of processor time.
        @discardableResult
        private func measure(_ title: String, round: Int, _ taking: ([[UInt8]]) throws -> Void) throws -> Double {
            let messages = try messages(round: round)
            let (begin, wall) = (try processorTime(), ContinuousClock().now)
            try taking(messages)
            let (spent, taken) = (try processorTime() - begin, ContinuousClock().now - wall)
            print(
                "collector, \(title), \(round == 0 ? "new devices" : "known devices"): "
                    + "\(Int(Double(messages.count) / spent)) uplinks/s of processor time (goal 5 000), "
                    + "\(Int(Double(messages.count) / (taken / .seconds(1)))) of the clock")
            return spent
        }

        func uplinks() throws {
            let store = try store("uplinks.db")
            for round in 0..<rounds {
                try measure("SQLite", round: round) {
                    try Self.take($0, into: store, fleets: configuration.fleets)
                }
            }
            try judging()
        }

        /// One worker, then two that share the devices' messages by turns, as a shared subscription does.
        func uplinks(to database: String) throws {
            let stores = try (0..<2).map { _ in try PostgreSQLProfileStore(url: database) }
            let fleets = configuration.fleets
            // The first makes the devices.
            try measure("PostgreSQL, one worker", round: 0) { try Self.take($0, into: stores[0], fleets: fleets) }
            var (alone, together): ([Double], [Double]) = ([], [])
            let failures = Mutex<[String]>([])
            let waits = try LockWaits(database)
            // By turns, so that what else the machine does weighs on both.
            for round in 1...rounds {
                alone.append(
                    try measure("PostgreSQL, one worker", round: 2 * round) {
                        try Self.take($0, into: stores[0], fleets: fleets)
                    })
                waits.isCounting = true
                defer { waits.isCounting = false }
                together.append(
                    try measure("PostgreSQL, two workers", round: 2 * round + 1) { messages in
                        DispatchQueue.concurrentPerform(iterations: 2) { worker in
                            do {
                                let mine = messages.indices.lazy.filter { $0 % 2 == worker }.map { messages[$0] }
                                try Self.take(mine, into: stores[worker], fleets: fleets)
                            } catch {
                                failures.withLock { $0.append("\(error)") }
                            }
                        }
                    })
            }
            if let failure = failures.withLock({ $0.first }) { throw Failure(description: failure) }
            let ratio = zip(alone, together).map { $1 / $0 }.sorted()[rounds / 2]
            print(
                "collector, PostgreSQL, two workers: \(Int((ratio * 100).rounded())) % of the processor time of one (goal 115); "
                    + "\(try waits.end()) of their time is waiting for a lock (goal 5 %)")
        }

        /// Without the store.
        private func judging() throws {
            let judge = UplinkJudge(configuration.fleets)
            let messages = try messages(round: 0)
            let begin = try processorTime()
            for message in messages { _ = judge.judge(message, event: "up", at: start.time + .hours(2)) }
            print(
                "collector, decoding alone: \(Int(Double(messages.count) / (try processorTime() - begin))) uplinks/s "
                    + "of processor time")
        }

        // MARK: A year

        /// A device's uplink for each day.
        private func days(of device: Int, _ numbers: Range<Int64>, registers: [String]) -> [StoredUplink] {
            var random = SeededRandom(seed: UInt64(device) + 7)
            var values = registers.map { _ in Int64.random(in: 0...50_000_000, using: &random) }
            return numbers.map { day in
                let newest = QuarterHour(startOfDay: day + 1)
                let reports = registers.enumerated().map { index, name in
                    var places: [IntervalEntry?] = []
                    for age in (0...96).reversed() {
                        let boundary = QuarterHour(number: newest.number - Int64(age))
                        if age < 96 { values[index] += .random(in: 10...900, using: &random) }
                        places.append(IntervalEntry(boundary: boundary, value: values[index], series: 0))
                    }
                    return RegisterReport(
                        meter: index < 2 ? "main" : "second", register: name, unit: .kilowattHour, step: 1,
                        newest: newest,
                        places: places.reversed())
                }
                let event = UplinkEvent(
                    device: DeviceIdentifier(rawValue: UInt64(device + 1)), identity: "\(day)", port: 2,
                    counter: UInt32(day), payload: [], receivedAt: newest.time,
                    radio: .init(gateway: "0016c001f153a14c", signal: -97, spreadingFactor: 9, bandwidth: 125_000),
                    address: DeviceAddress(server: .chirpStack, application: "17c8", name: "house \(device)"))
                return StoredUplink(
                    event: event, receivedAt: newest.time, fleet: "p1lora.toml", registers: reports)
            }
        }

        func year() throws {
            let store = try store("year.db")
            let first = start.day - 365
            let houses = 20
            let registers = ["import_kwh", "export_kwh", "import_kvarh", "export_kvarh"]
            for house in 0..<houses {
                for uplink in days(of: house, first..<first + 365, registers: registers) {
                    _ = try store.write(ProfileBatch(uplinks: [uplink]))
                }
            }
            try store.backup(to: folder + "/year-copy.db")
            let size = try FileManager.default.attributesOfItem(atPath: folder + "/year-copy.db")[.size] as? Int ?? 0
            let bytes = size / houses
            print(
                "collector, disk: \(bytes / 1_024) kB for a device and year of \(registers.count) registers, "
                    + "\(bytes * 100 / (registers.count * 365 * 96))/100 bytes a value, "
                    + "\(bytes / 10_000) GB for 100 000 devices")
            let device = DeviceIdentifier(rawValue: 1)
            for format in ProfileExport.Format.allCases {
                var (length, rows) = (0, 0)
                let times = try (0..<7).map { _ in
                    length = 0
                    let begin = try processorTime()
                    let export = ProfileExport(store, zone: .gmt, format: format, now: start.time)
                    let selection = ProfileExport.Selection(
                        device: device, meter: "main", point: "LU0000000000000000000000000000001")
                    rows = try export.run(selection) { length += $0.count }.rows
                    return try processorTime() - begin
                }
                print(
                    "collector, a year of a meter with two registers as \(format.rawValue): \(Int((times.sorted()[3] * 1_000).rounded())) ms "
                        + "(goal 50), \(rows) rows, \(length / 1_024) kB")
            }
        }

        // MARK: Memory

        func fleet(of count: Int) throws {
            let store = try store("fleet.db")
            let before = try mostMemory()
            for begin in stride(from: 0, to: count, by: Intake.largestBatch) {
                let uplinks = (begin..<begin + Intake.largestBatch).flatMap {
                    days(of: $0, start.day..<start.day + 1, registers: ["import_kwh", "export_kwh"])
                }
                _ = try store.write(ProfileBatch(uplinks: uplinks))
            }
            print(
                "collector, memory after writing \(count) devices: \(try mostMemory()) MB at most (before: \(before))")
            var desk = RequestDesk(store, fleets: configuration.fleets)
            let now = QuarterHour(startOfDay: start.day + 2).time
            var (asked, begin) = (0, try processorTime())
            for number in 0..<count {
                let uplink = days(of: number, start.day..<start.day + 1, registers: [])[0]
                if try desk.consider(uplink, at: now) != nil { asked += 1 }
            }
            print(
                "collector, looking what is missing: \(Int(Double(count) / (try processorTime() - begin))) devices/s, "
                    + "\(asked) asked; \(try mostMemory()) MB at most")
            begin = try processorTime()
            let status = try CollectorStatus(
                store, fleets: configuration.fleets, time: LocalTime(.gmt), at: now)
            print(
                "collector, status of \(status.fleets.map(\.devices.count).reduce(0, +)) devices: "
                    + "\(Int((try processorTime() - begin) * 1_000)) ms; \(try mostMemory()) MB at most (goal 200)")
        }
    }

    /// Looks again and again what the connections of workers do.
    private final class LockWaits: Sendable {
        private let counts = Mutex((isCounting: false, busy: 0, waiting: 0, failure: String?.none))
        private let isOver = Atomic(false)
        private let thread = DispatchSemaphore(value: 0)

        var isCounting: Bool {
            get { counts.withLock { $0.isCounting } }
            set { counts.withLock { $0.isCounting = newValue } }
        }

        init(_ database: String) throws {
            let watcher = try PostgreSQLWatcher(url: database)
            Thread { [self] in
                defer { thread.signal() }
                while !isOver.load(ordering: .relaxed) {
                    usleep(2_000)
                    guard isCounting else { continue }
                    do {
                        let look = try watcher.workers()
                        self.counts.withLock {
                            $0.busy += look.busy
                            $0.waiting += look.waiting
                        }
                    } catch {
                        self.counts.withLock { $0.failure = "\(error)" }
                        return
                    }
                }
            }.start()
        }

        func end() throws -> String {
            isOver.store(true, ordering: .relaxed)
            thread.wait()
            let found = counts.withLock { $0 }
            if let failure = found.failure { throw Failure(description: failure) }
            guard found.busy > 0 else { throw Failure(description: "no worker was seen at work") }
            return "\(Double(found.waiting * 1_000 / found.busy) / 10) %"
        }
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }

    /// Seconds, of all threads, in user mode and in the kernel.
    private static func processorTime() throws -> Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else {
            throw Failure(description: "the kernel measures no processor time")
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The highest that it was, in MB.
    private static func mostMemory() throws -> Int {
        let text = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return (line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0)
            / 1_024
    }
}
