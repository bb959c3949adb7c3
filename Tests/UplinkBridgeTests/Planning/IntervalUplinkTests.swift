import HardwareSimulators
import LoRaWAN
import SmartMeter
import Testing
import Timekeeping
import UplinkPayload

@testable import UplinkBridge

/// Quarter-hours from the store to the network server.
@Suite struct IntervalUplinkTests {
    static let text = ConfigurationTests.minimal.replacing(
        "[[report]]\nfields = [\"1-0:1.8.0\"]",
        with: "[[report]]\nkind = \"intervals\"\nevery = \"1h\"\nfields = [\"1-0:1.8.0\", \"1-0:2.8.0\"]")
    let imported = OBISCode(1, 0, 1, 8, 0)
    let exported = OBISCode(1, 0, 2, 8, 0)

    /// Stores a boundary of both registers, and tells the board.
    func store(_ number: Int64, in bench: UplinkBench) throws {
        let boundary = QuarterHour(number: number)
        let entries = [(imported, 1_000_000 + number % 1_000 * 137), (exported, 500)].map {
            MeterMemory.Entry(code: $0, interval: IntervalEntry(boundary: boundary, value: $1, series: 0))
        }
        try bench.commons.store.save(MeterMemory(), entries, ofMeter: "main")
        bench.commons.board.noteStored(boundary, meter: 0)
    }

    func first(_ bench: UplinkBench) -> Int64 { QuarterHour(atOrBefore: bench.world.clock.utc).number }

    @Test func `each quarter-hour is in at least six reports`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench)
        for number in 0...48 {
            try store(start + Int64(number), in: bench)
            bench.run(for: .minutes(15))
        }
        let reports = try bench.received(.intervals)
        #expect(reports.count >= 11)
        for number in 4...20 {
            let begin = QuarterHour(number: start + Int64(number)).description
            #expect(reports.filter { $0.contains("\"start\":\"\(begin)\"") }.count >= 6, "\(begin)")
        }
    }

    @Test func `a report goes out only when there is something new`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench)
        try store(start - 1, in: bench)
        try store(start, in: bench)
        bench.run(for: .hours(5))
        #expect(try bench.received(.intervals).count == 1)
    }

    @Test
    func
        `a range that is asked for is sent whole, in as many uplinks as it takes, with nothing where nothing is known`()
        throws
    {
        let bench = try UplinkBench(Self.text)
        let start = first(bench) - 600
        for number in 0...600 where number < 200 || number > 260 { try store(start + Int64(number), in: bench) }
        bench.run(for: .minutes(5))
        let before = try bench.received(.intervals).count
        try bench.downlink(
            [.sendIntervals(report: 1, meter: 0, first: QuarterHour(number: start), count: 600)], sequence: 1)
        bench.commons.alarms.put(Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5))
        bench.run(for: .hours(8))
        let reports = try bench.received(.intervals).dropFirst(before)
        #expect(reports.count >= 2)
        let all = reports.joined()
        for number in 0..<600 {
            let begin = QuarterHour(number: start + Int64(number)).description
            let isKnown = number + 1 < 200 || number > 260
            #expect(
                all.contains("\"start\":\"\(begin)\",\"end\":\"\(QuarterHour(number: start + Int64(number) + 1))\"")
                    == isKnown)
        }
    }

    @Test func `a range of which nothing is stored ends the request without a frame`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench)
        try store(start, in: bench)
        bench.run(for: .minutes(5))
        let before = try bench.received(.intervals).count
        try bench.downlink(
            [.sendIntervals(report: 1, meter: 0, first: QuarterHour(number: start - 30_000), count: 20_000)],
            sequence: 1)
        bench.commons.alarms.put(Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5))
        bench.run(for: .hours(3))
        #expect(try bench.received(.reply).count == 1)
        #expect(try bench.received(.intervals).count == before)
    }

    @Test func `what was asked for again comes through even where reports are due all the time`() throws {
        let bench = try UplinkBench(
            Self.text + "\n[[report]]\nevery = \"10s\"\nfields = [\"1-0:1.8.0\"]")
        let start = first(bench) - 300
        for number in 0...300 { try store(start + Int64(number), in: bench) }
        bench.post()
        bench.run(for: .hours(2))
        let before = try bench.received(.intervals).count
        try bench.downlink(
            [.sendIntervals(report: 1, meter: 0, first: QuarterHour(number: start), count: 40)], sequence: 1)
        bench.run(for: .hours(3))
        let begin = QuarterHour(number: start).description
        #expect(try bench.received(.intervals).dropFirst(before).contains { $0.contains("\"start\":\"\(begin)\"") })
    }

    @Test func `a report is the shortest step of air-time that holds its copies`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench) - 400
        for number in 0...400 { try store(start + Int64(number), in: bench) }
        let layout = try #require(bench.link.configuration.schema.intervalLayouts.first)
        let packer = UplinkPacker(
            meters: ["main"], board: bench.commons.board, store: bench.commons.store, health: bench.commons.health)
        let newest = QuarterHour(number: start + 400)
        for largest in [11, 51, 115, 222] {
            let room = PayloadRoom(largest: largest) { .milliseconds(Int64(($0 + 4) / 5)) }
            let range = QuarterHour(number: newest.number - Int64(room.mostQuarters))...newest
            let history = IntervalHistory(
                newest: newest,
                entries: try [imported, exported].map {
                    try bench.commons.store.intervals(ofMeter: "main", code: $0, in: range)
                })
            for hours in [1, 2, 6, 24] as [Int64] {
                let packed = try packer.pack(
                    DueUplink(.intervals(layout), meter: 0, report: 0), every: .hours(hours), room: room,
                    at: bench.world.now)
                let encoded = room.steps.map { layout.encode(history, meter: 0, limit: $0) }
                let wanted = encoded.first { ($0?.boundaries ?? 0) > hours * 24 } ?? encoded.last ?? nil
                #expect(packed?.payload == wanted?.bytes, "\(largest) bytes, \(hours) h")
            }
        }
    }
}
