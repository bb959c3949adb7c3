import Collector
import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import ServerEvents
import Synchronization
import TestTags
import Testing
import Timekeeping
import UplinkPayload

/// Hours in Home Assistant's long-term statistics, told to a small server that speaks as it does.
@Suite(.waits) struct StatisticsFollowerTests {
    /// What was imported: a row with the same start is written over.
    private final class HomeAssistant: Sendable {
        struct Row: Hashable {
            var state: Double
            var sum: Double
        }
        private struct State {
            var rows: [String: [String: Row]] = [:]
            var metadata: [String: String] = [:]
            var messages = 0
            var connections = 0
        }
        let peer: LoopbackPeer

        /// - Parameter refuse: says whether a message is refused, and with what; "(end)" closes the connection.
        init(version: String = "2026.11.0", refuse: @escaping @Sendable (Int) -> String? = { _ in nil }) throws {
            let box = Box()
            self.box = box
            peer = try LoopbackPeer { request in
                guard request.line.hasPrefix("GET /api/websocket ") else { return .http(404) }
                box.state.withLock { $0.connections += 1 }
                return .socket { text in
                    if text.isEmpty { return ["{\"type\":\"auth_required\",\"ha_version\":\"\(version)\"}"] }
                    return Self.answer(text, version, refuse, box)
                }
            }
        }

        private final class Box: Sendable { let state = Mutex(State()) }
        private let box: Box

        private static func answer(
            _ text: String, _ version: String, _ refuse: (Int) -> String?, _ box: Box
        ) -> [String] {
            guard let json = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
                return []
            }
            if json["type"] as? String == "auth" {
                return json["access_token"] as? String == "right"
                    ? ["{\"type\":\"auth_ok\",\"ha_version\":\"\(version)\"}"]
                    : ["{\"type\":\"auth_invalid\",\"message\":\"Invalid access token or password\"}", "(end)"]
            }
            let id = json["id"] as? Int ?? 0
            let count = box.state.withLock { state in
                state.messages += 1
                return state.messages
            }
            if let refusal = refuse(count) {
                if refusal == "(end)" { return ["(end)"] }
                return [
                    "{\"id\":\(id),\"type\":\"result\",\"success\":false,\"error\":{\"code\":\"\(refusal)\",\"message\":\"no\"}}"
                ]
            }
            let metadata = json["metadata"] as? [String: Any] ?? [:]
            let name = metadata["statistic_id"] as? String ?? ""
            box.state.withLock { state in
                state.metadata[name] = metadata.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
                for row in json["stats"] as? [[String: Any]] ?? [] {
                    state.rows[name, default: [:]][row["start"] as? String ?? ""] = Row(
                        state: row["state"] as? Double ?? .nan, sum: row["sum"] as? Double ?? .nan)
                }
            }
            return [
                "{\"id\":\(id - 1),\"type\":\"result\",\"success\":false}",
                "{\"id\":\(id),\"type\":\"result\",\"success\":true,\"result\":null}",
            ]
        }

        func rows(_ name: String) -> [String: Row] { box.state.withLock { $0.rows[name] ?? [:] } }
        func metadata(_ name: String) -> String? { box.state.withLock { $0.metadata[name] } }
        var connections: Int { box.state.withLock { $0.connections } }
        var names: [String] { box.state.withLock { $0.rows.keys.sorted() } }
    }

    private static let name = "p1lora:70b3d57ed0012345_main_import_kwh"

    private func desk(_ home: HomeAssistant, token: String = "right") throws -> FollowerDesk {
        try FollowerDesk(
            "[home_assistant]\nhost = \"127.0.0.1\"\nport = \(home.peer.port)\ntoken = \"\(token)\"\n")
    }

    private func following(_ desk: FollowerDesk) throws -> Following {
        let configuration = try #require(desk.bench.configuration.homeAssistant)
        return desk.following(
            StatisticsFollower(configuration, store: desk.store, isStopped: { false }) { text in
                desk.told.withLock { $0.append(text) }
            }, name: configuration.name)
    }

    private func start(_ hour: Int64) -> String { "\(FollowerDesk.start.time + .hours(hour))" }

    /// The register at each boundary: 10 more each quarter-hour.
    private func report(_ desk: FollowerDesk, _ quarters: ClosedRange<Int64>, _ counter: UInt32) throws {
        try desk.report(from: quarters.lowerBound, quarters.map { 5_000 + 10 * $0 }, counter: counter)
    }

    @Test func `the row of an hour has what the register showed at its end, and a sum from a fixed base`() throws {
        let home = try HomeAssistant()
        defer { home.peer.stop() }
        let (desk) = try desk(home)
        let following = try following(desk)
        try report(desk, 40...53, 1)
        desk.serve(following)
        let rows = home.rows(Self.name)
        #expect(Set(rows.keys) == [start(9), start(10), start(11), start(12)])
        #expect(rows[start(9)] == .init(state: 5.4, sum: 0) && rows[start(12)] == .init(state: 5.52, sum: 0.12))
        // What is late has its own hours, and moves nobody's sum.
        try report(desk, 20...41, 2)
        desk.serve(following)
        let more = home.rows(Self.name)
        #expect(more[start(4)] == .init(state: 5.2, sum: -0.2) && more[start(12)] == rows[start(12)])
        #expect(more.count == 9)
        #expect(
            home.metadata(Self.name)
                == "has_sum=1 mean_type=0 name=cellar main Import source=p1lora statistic_id=\(Self.name) "
                + "unit_class=energy unit_of_measurement=kWh")
        #expect(home.names == ["p1lora:70b3d57ed0012345_main_export_kwh", Self.name])
        #expect(home.connections == 1)
    }

    @Test(arguments: [
        ("2024.3.0", "has_mean=0 "), ("2025.10.4", "has_mean=0 "), ("2025.11.0b2", "unit_class=energy"),
        ("2026.11.1", "unit_class=energy"), ("unknown", "unit_class=energy"),
    ])
    func `the version decides the metadata's form`(_ version: String, _ words: String) throws {
        let home = try HomeAssistant(version: version)
        defer { home.peer.stop() }
        let desk = try desk(home)
        try report(desk, 0...8, 1)
        desk.serve(try following(desk))
        let metadata = try #require(home.metadata(Self.name))
        #expect(metadata.contains(words))
        #expect(metadata.contains("has_mean") != metadata.contains("mean_type"))
    }

    @Test func `a new meter begins no new sum, also when its change is known better later`() throws {
        let home = try HomeAssistant()
        defer { home.peer.stop() }
        let desk = try desk(home)
        let following = try following(desk)
        try report(desk, 0...8, 1)
        desk.serve(following)
        // The register fell: a meter was put in place of the other, between 8 and 16.
        try desk.change(
            [(8, 5_080, 0), (16, 190, 1), (20, 230, 1)], newest: FollowerDesk.start.number + 20, counter: 2)
        desk.serve(following)
        let rows = home.rows(Self.name)
        #expect(rows[start(1)]?.sum == 0.08 && rows[start(3)]?.sum == 0.08 && rows[start(4)]?.sum == 0.12)
        #expect(rows[start(3)]?.state == 0.19)
        // Now the last word of the old one, and the first of the new one.
        try desk.change(
            [(8, 5_080, 0), (11, 5_110, 0), (12, 150, 1), (16, 190, 1)], newest: FollowerDesk.start.number + 16,
            counter: 3)
        desk.serve(following)
        let right = home.rows(Self.name)
        #expect(right[start(2)] == .init(state: 0.15, sum: 0.11) && right[start(4)] == .init(state: 0.23, sum: 0.19))
    }

    @Test func `a wrong token, a lost connection and a refusal are told, and cost nothing`() throws {
        let home = try HomeAssistant { $0 == 1 ? "(end)" : $0 == 3 ? "invalid_format" : nil }
        defer { home.peer.stop() }
        let wrong = try desk(home, token: "wrong")
        try report(wrong, 0...8, 1)
        try following(wrong).poll()
        #expect(wrong.told.withLock { $0.last }?.contains("refuses the token (Invalid access token") == true)
        let desk = try desk(home)
        try report(desk, 0...8, 1)
        let following = try following(desk)
        following.poll()
        #expect(desk.told.withLock { $0.last }?.contains("the server has closed the connection") == true)
        desk.serve(following)
        let told = desk.told.withLock { $0 }
        #expect(told.contains { $0.contains("is refused: invalid_format: no") }, "\(told)")
        #expect(home.rows(Self.name).count == 3)
        #expect(home.names.count == 1, "the other one was refused")
        // A new start asks again.
        desk.serve(try self.following(desk))
        #expect(home.names.count == 2)
    }

    @Test func `one that is not an administrator is told so`() throws {
        let home = try HomeAssistant { _ in "unauthorized" }
        defer { home.peer.stop() }
        let desk = try desk(home)
        try report(desk, 0...8, 1)
        try following(desk).poll()
        #expect(desk.told.withLock { $0.last }?.contains("has to be an administrator's") == true)
    }
}

extension FollowerDesk {
    /// A report of some boundaries of both registers: number, register, series.
    fileprivate func change(_ entries: [(Int64, Int64, UInt32)], newest: Int64, counter: UInt32) throws {
        let newest = QuarterHour(number: newest)
        let mine = entries.reversed().map { number, value, series in
            IntervalEntry(
                boundary: QuarterHour(number: Self.start.number + number), value: value, series: series)
        }
        let still = mine.map { IntervalEntry(boundary: $0.boundary, value: 9_000, series: 0) }
        let history = IntervalHistory(newest: newest, entries: [mine, still])
        let payload = try #require(bench.schema.intervalLayouts[0].encode(history, meter: 0, limit: 222)).bytes
        let uplink = bench.uplink(payload, counter: counter, at: newest.time + .seconds(9))
        var intake = Intake(store, fleets: bench.configuration.fleets)
        intake.take(Array(uplink.json.utf8), event: "up", at: clock.utc)
        try intake.commit()
        #expect(intake.counts.troubles == [:])
    }
}
