import Collector
import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import Synchronization
import TestTags
import Testing
import Timekeeping

/// Lines go out after the store has them, and none is lost.
@Suite(.waits) struct InfluxFollowerTests {
    private func configuration(_ port: UInt16, _ rest: String) -> String {
        "[influx]\nhost = \"127.0.0.1\"\nport = \(port)\n\(rest)\n"
    }

    /// All points that a database was told of: the later value of the same series, field and time holds.
    private func points(_ peer: LoopbackPeer) -> [String: String] {
        var points: [String: String] = [:]
        for line in peer.requests.flatMap({ $0.body.split(separator: "\n") }) {
            let parts = line.split(separator: " ")
            guard parts.count == 3 else { continue }
            for field in parts[1].split(separator: ",") {
                let pair = field.split(separator: "=")
                points["\(parts[0]) \(parts[2]) \(pair[0])"] = String(pair[1])
            }
        }
        return points
    }

    @Test func `a bucket has each quarter-hour, and those that come late`() throws {
        let peer = try LoopbackPeer { _ in .http(204) }
        defer { peer.stop() }
        let desk = try FollowerDesk(
            configuration(peer.port, "bucket = \"my meters\"\norganization = \"home\"\ntoken = \"secret token\""))
        let influx = try #require(desk.bench.configuration.influx)
        let following = desk.following(
            InfluxFollower(influx, store: desk.store, isStopped: { false }), name: influx.name)
        try desk.report(from: 94, [1_000, 1_010, 1_025], counter: 1)
        desk.serve(following)
        let request = try #require(peer.requests.first)
        #expect(request.line == "POST /api/v2/write?precision=ns&bucket=my%20meters&org=home HTTP/1.1")
        #expect(request.headers["authorization"] == "Token secret token")
        try desk.report(from: 90, [900, 930, nil, 980, 1_000], counter: 2)
        try desk.report(from: 91, [930, 950, 980], counter: 3)
        desk.serve(following)
        let series = "p1lora,device=70B3D57ED0012345,meter=main"
        let points = points(peer)
        for (number, total, use) in [
            (90, "0.9", "0.03"), (91, "0.93", "0.02"), (92, "0.95", "0.03"), (93, "0.98", "0.02"), (94, "1", "0.01"),
            (95, "1.01", "0.015"), (96, "1.025", nil),
        ] as [(Int64, String, String?)] {
            let time = QuarterHour(number: FollowerDesk.start.number + number).time.nanoseconds
            #expect(points["\(series) \(time) import_kwh_total"] == total, "\(number)")
            #expect(points["\(series) \(time) import_kwh"] == use, "\(number)")
        }
        let before = peer.requests.count
        desk.serve(following)
        #expect(peer.requests.count == before, "what has not changed is not told again")
    }

    @Test func `what a database that is away, or refuses, has not got is told when it is back`() throws {
        let status = Atomic(401)
        let peer = try LoopbackPeer { _ in
            status.load(ordering: .relaxed) == 0 ? .silence : .http(status.load(ordering: .relaxed), "no")
        }
        defer { peer.stop() }
        let desk = try FollowerDesk(configuration(peer.port, "database = \"meters\"\nuser = \"p1\"\npassword = \"pw\""))
        let influx = try #require(desk.bench.configuration.influx)
        func start() -> Following {
            desk.following(InfluxFollower(influx, store: desk.store, isStopped: { false }), name: influx.name)
        }
        var following = start()
        try desk.report(from: 10, [100, 110], counter: 1)
        following.poll()
        #expect(desk.told.withLock { $0.last }?.contains("401: token, user or password") == true)
        #expect(following.nextDeadline == desk.clock.monotonic + .seconds(5))
        status.store(0, ordering: .relaxed)
        desk.clock.advance(.seconds(5))
        following.poll()
        #expect(following.nextDeadline == desk.clock.monotonic + .seconds(10), "it is asked more and more rarely")
        // Started anew meanwhile.
        following = start()
        desk.serve(following)
        status.store(204, ordering: .relaxed)
        desk.serve(following)
        let request = try #require(peer.requests.last)
        #expect(request.line == "POST /write?precision=ns&db=meters HTTP/1.1")
        #expect(request.headers["authorization"] == "Basic cDE6cHc=")
        #expect(request.body.contains("import_kwh=0.01,import_kwh_total=0.1 "))
        #expect(try desk.store.unsent(influx.name, most: 9, without: []) == [])
    }

    @Test func `a year that was there before goes out in portions`() throws {
        let peer = try LoopbackPeer { _ in .http(204) }
        defer { peer.stop() }
        let desk = try FollowerDesk(configuration(peer.port, "bucket = \"b\"\ntoken = \"t\""))
        for day in 0..<Int64(300) {
            try desk.report(from: (day - 299) * 96, [1_000 + day * 10, 1_005 + day * 10], counter: UInt32(day))
        }
        let influx = try #require(desk.bench.configuration.influx)
        desk.serve(
            desk.following(InfluxFollower(influx, store: desk.store, isStopped: { false }), name: influx.name))
        // Two registers a day, 400 at once.
        #expect(peer.requests.count == 2)
        #expect(points(peer).count { $0.key.hasSuffix("import_kwh_total") } == 600)
    }

    @Test(arguments: [
        ("", "needs one of bucket"), ("bucket = \"b\"", "token_file"),
        ("bucket = \"b\"\ndatabase = \"d\"", "needs one of"),
        ("database = \"d\"\norganization = \"o\"", "goes with a bucket"),
        ("database = \"d\"\npassword = \"p\"", "a user"),
        ("database = \"d\"\nca = \"x\"", "tls = true"),
    ])
    func `a mistake in its section is told`(_ rest: String, _ words: String) throws {
        let error = #expect(throws: (any Error).self) { try FollowerDesk(configuration(8_086, rest)) }
        #expect("\(String(describing: error))".contains(words))
    }
}
