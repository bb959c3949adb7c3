import Collector
import CollectorStore
import Foundation
import HardwareInterfaces
import LoadProfile
import MeterValues
import ServerEvents
import Synchronization
import Testing
import Timekeeping
import UplinkPayload

@Suite struct StoreLoopTests {
    private let start = UTCInstant(secondsSince1970: 1_795_437_000)

    private func boundary(_ number: Int64) -> QuarterHour {
        QuarterHour(number: QuarterHour(atOrBefore: start).number + number)
    }

    /// A collector without a network.
    private final class Desk {
        let bench: CollectorBench
        let spool: Spool
        let clock = TestClock()
        let outbox = Outbox(to: "chirpstack at localhost:1883", waker: Sleeper())
        let loop: StoreLoop
        let events = Mutex<[String]>([])

        init(_ bench: CollectorBench, store: (any ProfileStore)? = nil, at start: UTCInstant) throws {
            self.bench = bench
            clock.set(utc: start)
            spool = try Spool(beside: bench.folder + "/profile.db")
            let told = Told()
            loop = StoreLoop(
                spool: spool, store: try store ?? bench.store(), fleets: bench.configuration.fleets, outboxes: [outbox],
                keep: bench.configuration.keep, clock: clock
            ) { told.add("\($0)") }
            self.told = told
        }

        let told: Told

        func arrive(_ uplink: UplinkEvent) throws {
            try spool.append(
                Spool.Message(server: 0, at: clock.utc, topic: uplink.topic, body: Array(uplink.json.utf8)))
        }

        func pass(_ span: TimeSpan) {
            clock.advance(span)
            loop.poll()
        }
    }

    private final class Told: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func `what comes is in the store within a second`() throws {
        let desk = try Desk(CollectorBench(), at: start)
        desk.pass(.zero)
        try desk.arrive(desk.bench.uplink(desk.bench.payload(newest: boundary(0), [[1, 2], [3, 4]]), at: start))
        desk.pass(.milliseconds(300))
        #expect(desk.spool.isEmpty)
        #expect(try desk.bench.store().devices().count == 1)
    }

    @Test func `a store that fails costs nothing once it works again`() throws {
        let bench = try CollectorBench()
        let store = FailingStore(try bench.store())
        let desk = try Desk(bench, store: store, at: start)
        store.isFailing.store(true, ordering: .relaxed)
        for number in 0..<Int64(20) {
            try desk.arrive(
                bench.uplink(
                    bench.payload(newest: boundary(number - 20), [[number, number + 1], [0, 0]]),
                    counter: UInt32(number), at: start))
            desk.pass(.seconds(1))
        }
        #expect(try bench.store().devices() == [] && !desk.spool.isEmpty)
        store.isFailing.store(false, ordering: .relaxed)
        desk.pass(.seconds(6))
        #expect(desk.spool.isEmpty)
        let register = try #require(try bench.store().registers(of: CollectorBench.device).first)
        #expect(register.known == boundary(-21)...boundary(-1))
        #expect(desk.told.all.filter { $0.contains("storeFailed") }.count == 1)
        #expect(desk.told.all.filter { $0.contains("storeWorks") }.count == 1)
    }

    @Test func `a bridge that is heard is asked for what it owes and its answer is remembered`() throws {
        let bench = try CollectorBench()
        let desk = try Desk(bench, at: start)
        try desk.arrive(bench.uplink(bench.payload(newest: boundary(-40), [[1, 2], [3, 4]]), counter: 1, at: start))
        try desk.arrive(bench.uplink(bench.payload(newest: boundary(0), [[50, 51], [3, 4]]), counter: 2, at: start))
        desk.pass(.seconds(1))
        let letter = try #require(desk.outbox.takeAll().first)
        #expect(letter.topic == "application/meters/device/70b3d57ed0012345/command/down")
        let object = try JSONSerialization.jsonObject(with: Data(letter.payload)) as? [String: Any]
        let bytes = Array(Data(base64Encoded: object?["data"] as? String ?? "") ?? Data())
        #expect(object?["fPort"] as? Int == 10)
        let command = try bench.schema.decodeDownlink(port: 10, bytes).json
        #expect(command.contains("\"command\":\"send_intervals\",\"report\":1,\"meter\":\"main\""), "\(command)")
        #expect(command.contains("\"from\":\"\(boundary(-40))\",\"count\":36"), "\(command)")
        // Not again before its time, though it is heard.
        try desk.arrive(
            bench.uplink(bench.payload(newest: boundary(2), [[51, 52, 53], [3, 4, 4]]), counter: 3, at: start))
        desk.pass(.minutes(30))
        #expect(desk.outbox.takeAll().isEmpty)
    }

    @Test func `what came before a bridge's first report is asked for`() throws {
        let bench = try CollectorBench()
        let desk = try Desk(bench, at: start)
        try desk.arrive(bench.uplink(bench.payload(newest: boundary(0), [[50, 51], [3, 4]]), counter: 1, at: start))
        desk.pass(.seconds(1))
        let letter = try #require(desk.outbox.takeAll().first)
        let object = try JSONSerialization.jsonObject(with: Data(letter.payload)) as? [String: Any]
        let bytes = Array(Data(base64Encoded: object?["data"] as? String ?? "") ?? Data())
        let command = try bench.schema.decodeDownlink(port: 10, bytes).json
        #expect(command.contains("\"from\":\"\(boundary(-49))\""), "\(command)")
    }

    @Test func `a fleet that may not be asked is not`() throws {
        let bench = try CollectorBench(CollectorBench.smallest + "\ndaily_requests = 0\n")
        let desk = try Desk(bench, at: start)
        try desk.arrive(bench.uplink(bench.payload(newest: boundary(-40), [[1, 2], [3, 4]]), counter: 1, at: start))
        try desk.arrive(bench.uplink(bench.payload(newest: boundary(0), [[50, 51], [3, 4]]), counter: 2, at: start))
        desk.pass(.seconds(1))
        #expect(desk.outbox.takeAll().isEmpty)
    }

    @Test func `what is older than keep goes`() throws {
        let text = CollectorBench.smallest.replacing("[[fleet]]", with: "keep = \"10d\"\n[[fleet]]")
        let bench = try CollectorBench(text)
        let desk = try Desk(bench, at: start)
        try desk.arrive(bench.uplink(bench.payload(newest: boundary(0), [[1, 2], [3, 4]]), counter: 1, at: start))
        desk.pass(.seconds(1))
        desk.pass(.hours(24 * 9))
        #expect(try bench.store().registers(of: CollectorBench.device).count == 2)
        desk.pass(.hours(24 * 3))
        #expect(try bench.store().registers(of: CollectorBench.device).isEmpty)
    }
}

/// A clock that a test moves.
final class TestClock: Clock {
    private let times = Mutex((monotonic: MonotonicInstant(nanoseconds: 0), utc: UTCInstant(secondsSince1970: 0)))

    var monotonic: MonotonicInstant { times.withLock { $0.monotonic } }
    var utc: UTCInstant { times.withLock { $0.utc } }
    let isUTCTrusted = true
    let bootIdentifier = "test"

    func set(utc: UTCInstant) { times.withLock { $0.utc = utc } }

    func advance(_ span: TimeSpan) {
        times.withLock {
            $0.monotonic = $0.monotonic + span
            $0.utc = $0.utc + span
        }
    }
}

final class Sleeper: Waking { func wake() {} }

/// A store on a disk that can be full.
final class FailingStore: ProfileStore {
    let isFailing = Atomic(false)
    private let store: SQLiteProfileStore

    init(_ store: SQLiteProfileStore) { self.store = store }

    func write(_ batch: ProfileBatch) throws(ProfileStoreError) -> [UplinkOutcome] {
        if isFailing.load(ordering: .relaxed) { throw .unusable(place: "store", reason: "database or disk is full") }
        return try store.write(batch)
    }

    func devices() throws(ProfileStoreError) -> [StoredDevice] { try store.devices() }
    func registers(of device: DeviceIdentifier) throws(ProfileStoreError) -> [StoredRegister] {
        try store.registers(of: device)
    }
    func profile(
        of register: StoredRegister, days: ClosedRange<Int64>
    ) throws(ProfileStoreError) -> RegisterProfile { try store.profile(of: register, days: days) }
    func messages(of device: DeviceIdentifier, most: Int) throws(ProfileStoreError) -> [StoredMessage] {
        try store.messages(of: device, most: most)
    }
    func troubles() throws(ProfileStoreError) -> [StoredTrouble] { try store.troubles() }
    func forget(_ device: DeviceIdentifier) throws(ProfileStoreError) -> Bool { try store.forget(device) }
    func forget(before day: Int64) throws(ProfileStoreError) -> Int { try store.forget(before: day) }
    func backup(to path: String) throws(ProfileStoreError) { try store.backup(to: path) }
    func requests(of device: DeviceIdentifier) throws(ProfileStoreError) -> [UInt8]? { try store.requests(of: device) }
    func mayAsk(at server: String) throws(ProfileStoreError) -> Bool { try store.mayAsk(at: server) }
    func save(requests: [UInt8], of device: DeviceIdentifier) throws(ProfileStoreError) {
        try store.save(requests: requests, of: device)
    }
    func coverage(of range: Range<QuarterHour>) throws(ProfileStoreError) -> [DeviceIdentifier: Coverage] {
        try store.coverage(of: range)
    }
    func follow(_ name: String, at now: UTCInstant) throws(ProfileStoreError) { try store.follow(name, at: now) }
    func followers() throws(ProfileStoreError) -> [StoredFollower] { try store.followers() }
    func unsent(_ name: String, most: Int, without refused: Set<Int64>) throws(ProfileStoreError) -> [UnsentDay] {
        try store.unsent(name, most: most, without: refused)
    }
    func settle(
        _ days: [UnsentDay], refused: Set<Int64>, of name: String, at now: UTCInstant
    ) throws(ProfileStoreError) {
        try store.settle(days, refused: refused, of: name, at: now)
    }
    func resend(_ register: StoredRegister, from day: Int64, to name: String) throws(ProfileStoreError) {
        try store.resend(register, from: day, to: name)
    }
    func dropFollowers(notServedSince time: UTCInstant) throws(ProfileStoreError) {
        try store.dropFollowers(notServedSince: time)
    }
    func memory(_ name: String) throws(ProfileStoreError) -> [UInt8]? { try store.memory(name) }
    func remember(_ content: [UInt8], as name: String) throws(ProfileStoreError) {
        try store.remember(content, as: name)
    }
}
