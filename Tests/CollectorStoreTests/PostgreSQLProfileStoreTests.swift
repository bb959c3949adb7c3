import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import ServerEvents
import TestTags
import Testing
import Timekeeping

/// With a real server.
@Suite(
    .tags(.process), .waits, .slow,
    .enabled(if: PostgreSQLServer.isInstalled, "apt-get install postgresql to run these"))
struct PostgreSQLProfileStoreTests {
    @Test func `a database of a newer version is refused in words and left as it is`() throws {
        let bench = try StoreBench(.postgreSQL)
        _ = try bench.open()
        _ = try PostgreSQLServer.ask(bench.place, "INSERT INTO p1lora.migration VALUES ('99 of the future')")
        #expect { try bench.open() } throws: { "\($0)".contains("newer version") && !"\($0)".contains("host=") }
        #expect(try PostgreSQLServer.ask(bench.place, "SELECT count(*) FROM p1lora.migration").first != "0")
    }

    @Test func `tables are made once, though several begin at the same time`() async throws {
        let bench = try StoreBench(.postgreSQL)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let store = try bench.open()
                    _ = try store.write(
                        ProfileBatch(uplinks: [StoreBench.uplink("\(number)", from: 241_000 + Int64(number), [5])]))
                }
            }
            try await group.waitForAll()
        }
        #expect(try bench.profile().count == 4)
        #expect(
            try PostgreSQLServer.ask(bench.place, "SELECT count(*) - count(DISTINCT name) FROM p1lora.migration") == "0"
        )
    }

    @Test func `workers whose batches touch the same devices lose nothing and contradict nobody`() async throws {
        let bench = try StoreBench(.postgreSQL)
        let devices = (0..<30).map { DeviceIdentifier(rawValue: UInt64($0 + 1)) }
        let complaints = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<3 {
                group.addTask {
                    let store = try bench.open()
                    var contradictions = 0
                    for round in 0..<15 where round % 3 == worker {
                        let uplinks = devices.shuffled().map { device in
                            StoreBench.uplink(
                                "\(round)", counter: UInt32(round), from: 241_000 + Int64(round),
                                [Int64(round), Int64(round + 1)], of: device)
                        }
                        let outcomes = try store.write(ProfileBatch(uplinks: uplinks))
                        contradictions += outcomes.reduce(0) { $0 + $1.contradictions }
                    }
                    return contradictions
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(complaints == 0)
        for device in devices {
            let profile = try bench.profile(of: device)
            #expect((0..<15).allSatisfy { profile.quarter(from: QuarterHour(number: 241_000 + $0)) == .use(1) })
        }
        let tallies = try bench.open().devices().map(\.tally)
        #expect(tallies.allSatisfy { $0.heard == 15 && $0.missed == 0 }, "\(tallies)")
    }

    @Test func `a database that was stopped and started, or killed, costs a failed call at most`() throws {
        let server = try PostgreSQLServer()
        let store = try PostgreSQLProfileStore(url: server.database())
        _ = try store.write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: 241_000, [1, 2])]))
        for (number, signal) in [SIGINT, SIGKILL].enumerated() {
            let next = ProfileBatch(uplinks: [StoreBench.uplink("\(number)", from: 241_002 + Int64(number), [7])])
            try server.stop(signal: signal)
            #expect { try store.write(next) } throws: { "\($0)".contains(server.folder) }
            #expect(throws: ProfileStoreError.self) { try store.devices() }
            try server.start()
            #expect(try store.write(next).first?.added == 1)
            #expect(try store.devices().count == 1)
            // Lost between two calls: nobody notices.
            try server.stop(signal: signal)
            try server.start()
            #expect(try store.write(next).first?.isRepeated == true)
            #expect(try store.devices().count == 1)
        }
        #expect(try StoreBench.profile(store).count == 4)
    }

    @Test func `a query in SQL says of each quarter-hour what the profile says`() throws {
        let bench = try StoreBench(.postgreSQL)
        let store = try bench.open()
        let midnight: Int64 = 2_500 * 96
        var random = SystemRandomNumberGenerator()
        var value: Int64 = 1_000
        for round in 0..<40 {
            let values = (0..<9).map { _ -> Int64? in
                value += .random(in: 0...400, using: &random)
                return .random(in: 0..<8, using: &random) == 0 ? nil : value
            }
            let breaks: Set<Int> = round % 9 == 4 ? [.random(in: 1..<9, using: &random)] : []
            // Now and then a hole, and a register that falls without a word.
            if round % 13 == 12 { value /= 2 }
            let first = midnight - 100 + Int64(round * 9 + round / 7 * 3)
            _ = try store.write(
                ProfileBatch(uplinks: [StoreBench.uplink("\(round)", from: first, values, breaks: breaks)]))
        }
        let profile = try bench.profile()
        var wanted: [String] = []
        var start = try #require(profile.known).lowerBound
        let end = try #require(profile.known).upperBound
        while start <= end {
            if let register = profile.register(at: start) {
                var use = ""
                if case .use(let units) = profile.quarter(from: start) { use = "\(units)" }
                wanted.append("\(start.time.secondsSince1970)|\(use)|\(register)")
            }
            start = start.next
        }
        let asked = try PostgreSQLServer.ask(
            bench.place,
            """
            SELECT extract(epoch FROM start)::bigint, (value * 1000)::bigint, (total * 1000)::bigint FROM p1lora.quarter_hour
            ORDER BY 1
            """)
        #expect(asked.split(separator: "\n").map(String.init) == wanted)
        let seconds = QuarterHour(number: midnight).time.secondsSince1970
        let part = try PostgreSQLServer.ask(
            bench.place,
            """
            SELECT device, name, meter, register, unit, count(*) FROM p1lora.quarter_hours(to_timestamp(\(seconds)),
                '2070-01-01') GROUP BY 1, 2, 3, 4, 5
            """)
        let behind = wanted.count { Int64($0.prefix { $0 != "|" }) ?? 0 >= seconds }
        #expect(part == "F0B3D57ED0012345|cellar|main|import_kwh|kWh|\(behind)")
    }

    @Test func `each query of the dashboard is answered`() throws {
        let bench = try StoreBench(.postgreSQL)
        _ = try bench.open().write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: 241_000, [1, 9, 12])]))
        let file = try Data(contentsOf: URL(filePath: "Sources/Packaging/collector/grafana.json"))
        let dashboard = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        let queries = panels.flatMap {
            ($0["targets"] as? [[String: Any]] ?? []).compactMap { $0["rawSql"] as? String }
        }
        #expect(queries.count == panels.count)
        for query in queries {
            let sql = query.replacing("$__timeFrom()", with: "'2020-01-01T00:00:00Z'")
                .replacing("$__timeTo()", with: "'2070-01-01T00:00:00Z'").replacing(
                    "${bridge:sqlstring}", with: "'cellar'")
            #expect(try !PostgreSQLServer.ask(bench.place, sql).isEmpty, "\(query)")
        }
    }

    @Test func `a failing batch leaves nothing behind`() throws {
        let bench = try StoreBench(.postgreSQL)
        let store = try bench.open()
        _ = try store.write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: 241_000, [1, 2])]))
        _ = try PostgreSQLServer.ask(bench.place, "UPDATE p1lora.day SET content = '\\xff'")
        #expect(throws: ProfileStoreError.self) {
            try store.write(
                ProfileBatch(uplinks: [
                    StoreBench.uplink("b", meter: "other", from: 241_000, [5]),
                    StoreBench.uplink("c", from: 241_001, [2, 3]),
                ]))
        }
        #expect(try store.registers(of: StoreBench.device).map(\.meter) == ["main"])
    }

    @Test func `a name with the character that no text of PostgreSQL holds is stored all the same`() throws {
        let bench = try StoreBench(.postgreSQL)
        let store = try bench.open()
        _ = try store.write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: 241_000, [1, 2], name: "a\0b")]))
        #expect(try store.devices().first?.address.name == "a\u{FFFD}b")
    }

    @Test func `a server that is not there, or refuses, is told in words and without the password`() throws {
        let nowhere = "postgresql://p1lora:open-sesame@127.0.0.1:1/profiles?sslmode=disable"
        #expect { try PostgreSQLProfileStore(url: nowhere) } throws: { error in
            let text = "\(error)"
            return text.hasPrefix("postgresql://p1lora@127.0.0.1:1/profiles: ") && text.contains("refused")
                && !text.contains("sesame")
        }
        let url = try PostgreSQLServer.shared().database().replacing("/test", with: "/none")
        #expect { try PostgreSQLProfileStore(url: url) } throws: { "\($0)".contains("does not exist") }
    }

    @Test func `a database of another encoding is refused before anything is made in it`() throws {
        let bench = try StoreBench(.postgreSQL)
        _ = try PostgreSQLServer.ask(
            bench.place, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
        let url = bench.place.replacing(#//test[0-9]+/#, with: "/latin")
        #expect { try PostgreSQLProfileStore(url: url) } throws: { "\($0)".contains("UTF8") }
        #expect(try PostgreSQLServer.ask(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'p1lora'") == "0")
    }
}
