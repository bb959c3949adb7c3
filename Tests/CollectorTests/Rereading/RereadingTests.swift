import Collector
import CollectorStore
import Foundation
import HardwareInterfaces
import LinuxHardware
import LoadProfile
import MeterValues
import ServerEvents
import Synchronization
import TestTags
import Testing
import Timekeeping
import UplinkPayload

/// What servers kept themselves is taken in, and nothing twice.
@Suite(.waits) struct RereadingTests {
    private let now = QuarterHour(number: 242_000).time + .minutes(7)

    /// A collector whose store, spool and clock stay while what it reads from changes.
    private final class Desk {
        let bench: CollectorBench
        let clock = TestClock()
        let spool: Spool
        let told = Mutex<[String]>([])

        init(at now: UTCInstant) throws {
            bench = try CollectorBench()
            clock.set(utc: now)
            spool = try Spool(beside: bench.folder + "/profile.db")
        }

        func rereading(_ records: any ServerRecords) throws -> Rereading {
            Rereading(
                records, of: "test", store: try bench.store(), spool: spool, clock: clock, news: Sleeper(),
                isStopped: { false }
            ) { [self] event in told.withLock { $0.append("\(event)") } }
        }

        /// The storage of The Things Stack at a port.
        func storage(_ peer: LoopbackPeer) throws -> TheThingsStackRecords {
            let address = try #require(WebAddress("http://127.0.0.1:\(peer.port)"))
            return TheThingsStackRecords(
                WebClient(address, patience: .seconds(2)), application: "meters", key: "NNSXS.KEY")
        }

        /// What the spool has goes into the store.
        func drain() throws {
            let loop = StoreLoop(
                spool: spool, store: try bench.store(), fleets: bench.configuration.fleets, clock: clock
            ) { _ in }
            loop.finish()
        }

        func known() throws -> Int {
            try bench.export(at: clock.utc).split(separator: "\n").dropFirst().count { !$0.contains(",,") }
        }
    }

    /// Uplinks of some quarter-hours, one each, each with two boundaries.
    private func uplinks(_ desk: Desk, _ numbers: Range<Int64>, _ server: ServerKind) throws -> [UplinkEvent] {
        try numbers.map { number in
            let newest = QuarterHour(number: 241_000 + number)
            let payload = try desk.bench.payload(
                newest: newest, [[5_000 + 7 * number, 5_007 + 7 * number], [100, 100]])
            return desk.bench.uplink(
                payload, counter: UInt32(number + 1), at: newest.time + .seconds(20), server: server)
        }
    }

    private static func line(_ uplink: UplinkEvent) -> String { "{\"result\":\(uplink.json)}\n\n" }

    @Test func `the storage of The Things Stack is read at the start, and later from where it ended`() throws {
        let desk = try Desk(at: now)
        let all = try uplinks(desk, 0..<40, .theThingsStack)
        let shown = Mutex(20)
        let peer = try LoopbackPeer { _ in
            .chunked(all.prefix(shown.withLock { $0 }).map(Self.line).joined())
        }
        defer { peer.stop() }
        let rereading = try desk.rereading(try desk.storage(peer))
        rereading.poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 20)
        let first = try #require(peer.requests.first)
        #expect(first.line.hasPrefix("GET /api/v3/as/applications/meters/packages/storage/uplink_message?limit=1000"))
        #expect(!first.line.contains("after="))
        #expect(first.headers["authorization"] == "Bearer NNSXS.KEY")
        #expect(first.headers["accept"] == "text/event-stream")
        shown.withLock { $0 = 40 }
        desk.clock.advance(.minutes(61))
        rereading.poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 40)
        #expect(peer.requests.last?.line.contains("&after=2026-11-25T19:57:00.000000000Z") == true, "\(peer.requests)")
    }

    @Test func `a storage with more than a portion is read to its end`() throws {
        let desk = try Desk(at: now)
        let all = try uplinks(desk, 0..<60, .theThingsStack).map { ($0.receivedAt ?? desk.clock.utc, Self.line($0)) }
        let peer = try LoopbackPeer { request in
            let after = request.line.range(of: "after=").map { request.line[$0.upperBound...].prefix { $0 != " " } }
            let start = after.flatMap { UTCInstant(rfc3339: String($0)) }
            let rest = all.filter { start == nil || $0.0 > start ?? $0.0 }.map(\.1)
            // Each line stands often enough to fill a portion of a thousand with twenty uplinks.
            return .chunked(rest.prefix(20).flatMap { [String](repeating: $0, count: 50) }.joined())
        }
        defer { peer.stop() }
        try desk.rereading(try desk.storage(peer)).poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 60)
    }

    @Test(arguments: [
        ("401", "the API key needs the right"), ("404", "is the name of the application right"),
        ("429", "asked too often"), ("cut", "cut off"), ("error", "\"code\":14"), ("silent", "cut off"),
    ])
    func `a storage that fails is told, asked again, and costs nothing`(_ kind: String, _ words: String) throws {
        let desk = try Desk(at: now)
        let lines = try uplinks(desk, 0..<30, .theThingsStack).map(Self.line)
        let isWell = Atomic(false)
        let peer = try LoopbackPeer { _ in
            if isWell.load(ordering: .relaxed) { return .chunked(lines.joined()) }
            return switch kind {
            case "cut": .bytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + lines.prefix(9).joined())
            case "error": .chunked(lines.prefix(9).joined() + "{\"error\":{\"code\":14,\"message\":\"unavailable\"}}\n")
            case "silent": .silence
            default: .http(Int(kind) ?? 500, headers: "Retry-After: 77\r\n")
            }
        }
        defer { peer.stop() }
        let rereading = try desk.rereading(try desk.storage(peer))
        rereading.poll()
        let told = desk.told.withLock { $0 }
        #expect(told.count == 1 && told[0].contains("failed") && told[0].contains(words), "\(told)")
        let isNumber = Int(kind) != nil
        #expect(rereading.nextDeadline == desk.clock.monotonic + .seconds(isNumber ? 77 : 10))
        isWell.store(true, ordering: .relaxed)
        desk.clock.advance(.seconds(80))
        rereading.poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 30)
    }

    @Test func `of two collectors with one store one reads, and a broker reached anew makes it read again`() throws {
        let desk = try Desk(at: now)
        let peer = try LoopbackPeer { _ in .chunked("") }
        defer { peer.stop() }
        let first = try desk.rereading(try desk.storage(peer))
        let second = try desk.rereading(try desk.storage(peer))
        first.poll()
        second.poll()
        #expect(peer.requests.count == 1)
        first.hasten()
        #expect(first.nextDeadline == desk.clock.monotonic + .minutes(1))
        desk.clock.advance(.minutes(1))
        first.poll()
        #expect(peer.requests.count == 2)
    }

    @Test(.enabled(if: PostgreSQLServer.isInstalled, "apt-get install postgresql to run this"))
    func `ChirpStack's table of uplinks is read, each one once, and from where it ended`() throws {
        let desk = try Desk(at: QuarterHour(number: 241_650).time + .minutes(7))
        let url = try PostgreSQLServer.shared().database()
        let records = ServerRecordsPlace.database(url, password: nil).records { false }
        let rereading = try desk.rereading(records)
        rereading.poll()
        #expect(desk.told.withLock { $0 }.first?.contains("ChirpStack's integration \"postgresql\" makes it") == true)
        _ = try PostgreSQLServer.ask(url, Self.table)
        let all = try uplinks(desk, 0..<700, .chirpStack)
        try insert(all.prefix(650), url)
        desk.clock.advance(.minutes(1))
        rereading.poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 650)
        let device = try #require(try desk.bench.store().devices().first)
        #expect(device.address.name == "it's" && device.tally.heard == 650)
        #expect(device.radio.spreadingFactor == 9 && device.radio.signal == -97)
        try insert(all.suffix(50), url)
        desk.clock.advance(.minutes(15 * 50))
        rereading.poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 700)
    }

    @Test(.enabled(if: PostgreSQLServer.isInstalled, "apt-get install postgresql to run this"))
    func `what ChirpStack stored long after its time is read all the same, and only once`() throws {
        let desk = try Desk(at: QuarterHour(number: 241_650).time + .minutes(7))
        let url = try PostgreSQLServer.shared().database()
        _ = try PostgreSQLServer.ask(url, Self.table)
        let rereading = try desk.rereading(ServerRecordsPlace.database(url, password: nil).records { false })
        let all = try uplinks(desk, 0..<650, .chirpStack)
        // Gateways that were cut off kept them: for two hours, and for a week.
        let late = [all[640...641], all[10...11]]
        try insert(all.filter { !late.joined().contains($0) }, url)
        rereading.poll()
        try desk.drain()
        #expect(try desk.known() == 2 * 646)
        for (uplinks, known) in zip(late, [2 * 648, 2 * 650]) {
            try insert(uplinks, url)
            desk.clock.advance(.minutes(61))
            rereading.poll()
            try desk.drain()
            #expect(try desk.known() == known)
        }
        let told = desk.told.withLock { $0 }.count
        desk.clock.advance(.minutes(61))
        rereading.poll()
        #expect(desk.told.withLock { $0 }.count == told, "it was read again")
    }

    /// As ChirpStack 4 makes it (chirpstack/src/integration/postgresql/migrations).
    private static let table = """
        CREATE TABLE event_up (deduplication_id uuid PRIMARY KEY, time timestamptz NOT NULL, tenant_id uuid NOT NULL,
            tenant_name text NOT NULL, application_id uuid NOT NULL, application_name text NOT NULL,
            device_profile_id uuid NOT NULL, device_profile_name text NOT NULL, device_name text NOT NULL,
            dev_eui char(16) NOT NULL, tags jsonb NOT NULL, dev_addr char(8) NOT NULL, adr boolean NOT NULL,
            dr smallint NOT NULL, f_cnt bigint NOT NULL, f_port smallint NOT NULL, confirmed boolean NOT NULL,
            data bytea NOT NULL, object jsonb NOT NULL, rx_info jsonb NOT NULL, tx_info jsonb NOT NULL)
        """

    private func insert(_ uplinks: some Sequence<UplinkEvent>, _ url: String) throws {
        let none = "00000000-0000-0000-0000-000000000000"
        let rows = uplinks.map { uplink in
            let data = uplink.payload.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            return """
                (gen_random_uuid(), '\(uplink.receivedAt ?? now)', '\(none)', '', '\(none)', '', '\(none)', '', 'it''s',
                '\("\(uplink.device)".lowercased())', '{}', '00189440', true, 3, \(uplink.counter), \(uplink.port), false,
                '\\x\(data)', '{}', '[{"gatewayId":"0016c001f153a14c","rssi":-97,"snr":7.5}]',
                '{"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":9}}}')
                """
        }
        for start in stride(from: 0, to: rows.count, by: 50) {
            let some = rows[start..<min(start + 50, rows.count)]
            _ = try PostgreSQLServer.ask(url, "INSERT INTO event_up VALUES \(some.joined(separator: ","))")
        }
    }
}
