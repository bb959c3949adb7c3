import Collector
import CollectorStore
import Foundation
import MeterValues
import ServerEvents
import Testing
import Timekeeping
import UplinkPayload

@Suite struct ImportTests {
    private let now = UTCInstant(secondsSince1970: 1_795_437_000)
    private var newest: QuarterHour { QuarterHour(atOrBefore: now) }

    @Test func `importing the same again changes nothing`() throws {
        let bench = try CollectorBench()
        let lines = try ServerKind.allCases.enumerated().map { number, server in
            try bench.uplink(
                bench.payload(newest: newest, [[1_000, 1_100], [0, 5]]), counter: UInt32(number), at: now,
                server: server
            ).json
        }.joined(separator: "\n")
        let first = try bench.bring(lines, at: now).counts
        #expect(first.uplinks == 2 && first.added == 4 && first.repeated == 0)
        let before = try bench.export(at: now)
        let again = try bench.bring(lines, at: now).counts
        #expect(again.uplinks == 2 && again.added == 0 && again.repeated == 2)
        #expect(try bench.export(at: now) == before)
    }

    @Test func `a report that was lost is computed from a sum, and a sum of others is told`() throws {
        let bench = try CollectorBench()
        let reports = try (0..<6).map { number in
            let newest = QuarterHour(number: newest.number - 12 + Int64(2 * number))
            let use = Int64(number * 20)
            let payload = try bench.payload(newest: newest, [[1_000 + use, 1_010 + use, 1_020 + use], [5, 5, 5]])
            return ParitySource(counter: UInt32(100 + 2 * number), payload: payload)
        }
        func line(_ report: ParitySource) -> String {
            bench.uplink(report.payload, counter: report.counter, at: now).json
        }
        func sum(_ counter: UInt32, of reports: some Sequence<ParitySource>) throws -> String {
            let frame = try #require(ParityFrame(Array(reports), counter: counter)).encode()
            return bench.uplink(frame, port: 6, counter: counter, at: now).json
        }
        // The first sum comes before anything is lost, and the third and fourth report do not come.
        let lines = try [
            sum(101, of: reports.prefix(1)), line(reports[1]), line(reports[4]), sum(109, of: reports[1..<5]),
            line(reports[5]), sum(111, of: reports[1...]),
        ]
        let counts = try bench.bring(lines.joined(separator: "\n"), at: now).counts
        #expect(counts.computed == 3 && counts.troubles.isEmpty)
        #expect(try !bench.export(at: now).contains(",,"), "a quarter-hour is missing")
        let foreign = reports.dropLast().map { ParitySource(counter: $0.counter, payload: $0.payload.reversed()) }
        let told = try bench.bring(
            ([sum(101, of: reports.prefix(1))] + reports.map(line) + [sum(113, of: foreign)]).joined(separator: "\n"),
            at: now)
        #expect(told.counts.troubles == ["contradiction": 1], "\(told)")
    }

    @Test func `lines of The Things Stack's storage are messages too`() throws {
        let bench = try CollectorBench()
        let message = try bench.uplink(
            bench.payload(newest: newest, [[1, 2], [3, 4]]), at: now, server: .theThingsStack
        ).json
        let text = "\r\n{\"result\":\(message)}\r\n\n  data: {\"result\":\(message)}"
        #expect(try bench.bring(text, at: now).counts.uplinks == 2)
    }

    @Test func `what is hostile is told and counted and never stored`() throws {
        let text = CollectorBench.smallest + "\ndevices = [\"70B3D57ED0012345\"]\n"
        let bench = try CollectorBench(text)
        let good = try bench.payload(newest: newest, [[1, 2], [3, 4]])
        let future = try bench.payload(newest: QuarterHour(number: newest.number + 96), [[1, 2], [3, 4]])
        var foreign = good
        foreign[0] &+= 1
        var simulated = bench.uplink(good, at: now)
        simulated.isSimulated = true
        var typed = bench.uplink(good, at: now, server: .theThingsStack).json
        typed.removeLast()
        let lines: [(String, String)] = [
            ("no JSON", "unreadable"), ("{}", "unreadable"), (String(repeating: "x", count: 10_000_000), "unreadable"),
            ("[" + String(repeating: "[", count: 60_000), "unreadable"),
            (bench.uplink(good, device: DeviceIdentifier(rawValue: 1), at: now).json, "unknown_device"),
            (bench.uplink(foreign, at: now).json, "undecodable"),
            (bench.uplink(Array(good.dropLast(3)), at: now).json, "undecodable"),
            (bench.uplink(good, port: 77, at: now).json, "other_port"),
            (bench.uplink(future, at: now).json, "future"), (typed + ",\"simulated\":true}", "simulated"),
        ]
        for (line, kind) in lines {
            let (counts, told) = try bench.bring(line, at: now)
            #expect(counts.troubles == [kind: 1] && counts.uplinks == 0, "\(line.prefix(80)) \(told)")
            #expect(told.count == 1 && told[0].utf8.count < 300)
        }
        #expect(try bench.store().devices() == [])
        #expect(Set(try bench.store().troubles().map(\.kind)) == Set(lines.map(\.1)))
        #expect(try bench.bring(bench.uplink(good, at: now).json, at: now).counts.uplinks == 1)
    }

    @Test func `a replayed uplink with other registers changes nothing and is told`() throws {
        let bench = try CollectorBench()
        try bench.bring(bench.uplink(bench.payload(newest: newest, [[1, 2], [3, 4]]), at: now).json, at: now)
        let before = try bench.export(at: now)
        let other = bench.uplink(try bench.payload(newest: newest, [[8, 9], [3, 4]]), counter: 2, at: now)
        #expect(try bench.bring(other.json, at: now).counts.troubles == ["contradiction": 1])
        let more = bench.uplink(try bench.payload(newest: newest, [[1, 2], [3, 4]]), counter: 3, at: now)
        let told = try bench.bring([more.json, "", other.json, more.json].joined(separator: "\n"), at: now).told
        #expect(told.count == 1 && told[0].hasPrefix("3 contradiction: "), "\(told)")
        #expect(try bench.export(at: now) == before)
    }

    @Test func `a server whose clock is wrong loses nothing`() throws {
        let bench = try CollectorBench()
        for (number, shift) in [TimeSpan.hours(24 * 400), .hours(-24 * 400)].enumerated() {
            let payload = try bench.payload(
                newest: QuarterHour(number: newest.number - Int64(number) * 4), [[1, 2], [3, 4]])
            let line = bench.uplink(payload, counter: UInt32(number), at: now + shift).json
            #expect(try bench.bring(line, at: now).counts.uplinks == 1)
        }
        #expect(try bench.store().devices().first?.heardAt == now)
        #expect(try bench.store().troubles().map(\.kind) == ["server_clock"])
    }

    @Test func `names of a server are shown and never run`() throws {
        let bench = try CollectorBench()
        var uplink = bench.uplink(try bench.payload(newest: newest, [[1, 2], [3, 4]]), at: now)
        uplink.address.name = "'); DROP TABLE device; --\u{1B}[2J<script>alert(1)</script>"
        try bench.bring(uplink.json, at: now)
        #expect(try bench.store().devices().first?.address.name == uplink.address.name)
        let status = try CollectorStatus(
            bench.store(), fleets: bench.configuration.fleets, time: LocalTime(.gmt), at: now)
        #expect(!status.text.contains("\u{1B}"))
    }

    @Test func `alarms are kept as messages`() throws {
        let bench = try CollectorBench()
        let alarm: [UInt8] = [0x10, 0x2D, 0x0C, 0xF7, 0xF8, 0xE4, 0x0A, 0x15, 0x09, 0xE2]
        try bench.bring(bench.uplink(alarm, port: 3, at: now).json, at: now)
        let message = try #require(try bench.store().messages(of: CollectorBench.device, most: 9).first)
        #expect(message.kind == "alarm" && message.json.contains("over_voltage"))
    }
}
