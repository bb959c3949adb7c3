import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning
@testable import BridgeStore
@testable import UplinkBridge

/// Quarter-hours from the store to the network server.
@Suite struct IntervalUplinkTests {
    static let text = TestConfiguration.minimal.replacing(
        "[[report]]\nfields = [\"1-0:1.8.0\"]",
        with: "[[report]]\nkind = \"intervals\"\nevery = \"1h\"\nfields = [\"1-0:1.8.0\", \"1-0:2.8.0\"]")
    let imported = OBISCode(1, 0, 1, 8, 0)
    let exported = OBISCode(1, 0, 2, 8, 0)

    /// Stores a boundary of both registers, and notes it.
    func store(_ number: Int64, value: Int64? = nil, in bench: UplinkBench) throws {
        let boundary = QuarterHour(number: number)
        let entries = [(imported, value ?? 1_000_000 + number % 1_000 * 137), (exported, 500)].map {
            MeterMemory.Entry(code: $0, interval: IntervalEntry(boundary: boundary, value: $1, series: 0))
        }
        try bench.commons.store.save(MeterMemory(), entries, ofMeter: "main")
        bench.commons.latestReadings.noteStored(boundary, meter: 0)
    }

    func first(_ bench: UplinkBench) -> Int64 { QuarterHour(atOrBefore: bench.world.clock.utc).number }

    @Test func `each quarter-hour is in as many reports as leave it unknown once in ten thousand at three lost of ten`()
        throws
    {
        let bench = try UplinkBench(Self.text)
        let start = first(bench)
        for number in 0...48 {
            try store(start + Int64(number), in: bench)
            bench.run(for: .minutes(15))
        }
        let reports = try bench.received(.intervals)
        #expect(reports.count >= 11)
        for number in 4...16 {
            let begin = QuarterHour(number: start + Int64(number)).description
            #expect(reports.filter { $0.contains("\"start\":\"\(begin)\"") }.count >= 7, "\(begin)")
        }
    }

    @Test func `without new quarter-hours the last ones are repeated, and then there is silence`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench)
        try store(start - 1, in: bench)
        try store(start, in: bench)
        bench.run(for: .hours(12))
        let count = try bench.received(.intervals).count
        #expect((1...12).contains(count))
        bench.run(for: .hours(24))
        #expect(try bench.received(.intervals).count <= count + 2)
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

    @Test(.tags(.campaign), .slow)
    func `a report is the shortest step of air-time that holds what the server may lack`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench) - 400
        for number in 0...400 { try store(start + Int64(number), in: bench) }
        let layout = try #require(bench.link.configuration.schema.intervalLayouts.first)
        let packer = UplinkPacker(
            source: StoredReadings(
                meters: ["main"], latestReadings: bench.commons.latestReadings, store: bench.commons.store),
            health: bench.commons.health.health(at:))
        let newest = QuarterHour(number: start + 400)
        let range = QuarterHour(number: start)...newest
        let history = IntervalHistory(
            newest: newest,
            entries: try [imported, exported].map {
                try bench.commons.store.intervals(ofMeter: "main", code: $0, in: range)
            })
        for largest in [51, 115, 222] {
            let room = PayloadRoom(largest: largest) { .milliseconds(Int64(($0 + 4) / 5)) }
            for lacking in [1, 4, 9, 30, 96] {
                var chances = DeliveryChances(newest: newest)
                let done = (lacking..<100).map {
                    DeliveryChances.Item(end: QuarterHour(number: newest.number - Int64($0)), registers: 3)
                }
                chances.note(done, copy: .infinity, at: bench.world.now)
                let packed = try packer.pack(
                    DueUplink(.intervals(layout), meter: 0, report: 0),
                    wish: IntervalWish(chances: chances, copies: 2), room: room, at: bench.world.now)
                let encoded = room.steps.map { layout.encode(history, meter: 0, limit: $0) }
                let wanted = encoded.first { ($0?.boundaries ?? 0) > lacking } ?? encoded.last ?? nil
                let steps = [packed?.payload.count, wanted?.bytes.count].map { (($0 ?? 0) + 4) / 5 }
                #expect(steps[0] == steps[1], "\(largest) bytes, \(lacking)")
                let intervals = try #require(packed?.intervals)
                #expect(intervals.lacking == lacking && intervals.newest == newest)
                #expect(intervals.leftOut == max(0, lacking + 1 - (wanted?.boundaries ?? 0)))
            }
        }
    }

    @Test func `what the server has is left out of a frame that older quarter-hours need`() throws {
        let bench = try UplinkBench(Self.text)
        let start = first(bench) - 200
        for number in 0...200 { try store(start + Int64(number), in: bench) }
        let layout = try #require(bench.link.configuration.schema.intervalLayouts.first)
        let packer = UplinkPacker(
            source: StoredReadings(
                meters: ["main"], latestReadings: bench.commons.latestReadings, store: bench.commons.store),
            health: bench.commons.health.health(at:))
        let newest = QuarterHour(number: start + 200)
        var chances = DeliveryChances(newest: newest)
        let ages = Array(5..<70) + Array(75..<96)
        let done = ages.map {
            DeliveryChances.Item(end: QuarterHour(number: newest.number - Int64($0)), registers: 3)
        }
        chances.note(done, copy: .infinity, at: bench.world.now)
        let packed = try #require(
            try packer.pack(
                DueUplink(.intervals(layout), meter: 0, report: 0),
                wish: IntervalWish(chances: chances, copies: 2),
                room: PayloadRoom(largest: 51) { .milliseconds(Int64($0)) }, at: bench.world.now))
        let intervals = try #require(packed.intervals)
        #expect(intervals.lacking == 10 && intervals.leftOut == 0)
        let carried = Set(intervals.items.map { newest.number - $0.end.number })
        #expect(carried.isSuperset(of: Set(0..<5).union(70..<75)) && carried.isDisjoint(with: 6..<69))
        let decoded = try bench.link.configuration.schema.decode(port: 2, packed.payload).json
        for age in Int64(0)..<96 {
            let end = QuarterHour(number: newest.number - age)
            let row = "\"start\":\"\(QuarterHour(number: end.number - 1))\",\"end\":\"\(end)\""
            #expect(decoded.contains(row) == carried.contains(age), "\(age)")
        }
    }

    /// The ages of the quarter-hours in a frame of 51 bytes, of 400 that are stored and acknowledged but for these.
    func ages(lacking: [(ages: Range<Int64>, copies: Double)], mayBeOlder: Bool = false) throws -> (
        carried: Set<Int64>, leftOut: Int
    ) {
        let bench = try UplinkBench(Self.text)
        let start = first(bench) - 400
        var value: Int64 = 1_000_000
        for number in Int64(0)...400 {
            // Uses like no other.
            value += (start + number) * 7_919 % 887
            try store(start + number, value: value, in: bench)
        }
        let layout = try #require(bench.link.configuration.schema.intervalLayouts.first)
        let packer = UplinkPacker(
            source: StoredReadings(
                meters: ["main"], latestReadings: bench.commons.latestReadings, store: bench.commons.store),
            health: bench.commons.health.health(at:))
        let newest = QuarterHour(number: start + 400)
        var chances = DeliveryChances(newest: newest, gapSince: QuarterHour(number: start))
        for age in Int64(0)..<400 {
            let copies = lacking.first { $0.ages.contains(age) }?.copies ?? .infinity
            let item = DeliveryChances.Item(end: QuarterHour(number: newest.number - age), registers: 3)
            if copies > 0 { chances.note([item], copy: copies, at: bench.world.now) }
        }
        let packed = try packer.pack(
            DueUplink(.intervals(layout), meter: 0, report: 0),
            wish: IntervalWish(chances: chances, copies: 7, mayBeOlder: mayBeOlder),
            room: PayloadRoom(largest: 51) { .milliseconds(Int64($0)) }, at: bench.world.now)
        let intervals = try #require(packed?.intervals)
        let carried = Set(intervals.items.map { newest.number - $0.end.number })
        let told = try bench.link.configuration.schema.decode(port: 2, packed?.payload ?? []).json
        for age in carried {
            let end = QuarterHour(number: newest.number - age)
            #expect(told.contains("\"start\":\"\(QuarterHour(number: end.number - 1))\",\"end\":\"\(end)\""), "\(age)")
        }
        return (carried, intervals.leftOut)
    }

    @Test func `of what was sent about as often the nearer goes first, for what is left out between takes room`() throws
    {
        let (carried, leftOut) = try ages(lacking: [(0..<4, 0), (20..<50, 0.43), (330..<360, 0.41)])
        #expect(carried.isSuperset(of: Set(0..<4).union(20..<28)), "\(carried.sorted())")
        #expect(leftOut > 30 && carried.isDisjoint(with: 330..<400))
    }

    @Test(.tags(.campaign), .slow)
    func `a stretch that is longer than the room gets what room there is, for its newest`() throws {
        for copies in [0, 0.43, 2] {
            let (carried, leftOut) = try ages(lacking: [(0..<4, 0), (60..<160, copies)])
            let part = carried.filter { (60..<160).contains($0) }
            #expect(carried.isSuperset(of: 0..<4) && part.count >= 12, "\(carried.sorted())")
            #expect(part == Set(60..<60 + Int64(part.count)) && leftOut == 100 - part.count)
            #expect(carried.isDisjoint(with: 5..<59))
        }
    }

    @Test func `what is acknowledged takes no room from what is not`() throws {
        let (carried, _) = try ages(lacking: [(0..<3, 0), (12..<16, 0.5), (40..<60, 0.5), (90..<100, 1)])
        #expect(carried.isSuperset(of: Set(0..<3).union(40..<58)), "\(carried.sorted())")
        // What is too short for a stretch of its own fills the end.
        #expect(carried.subtracting(Set(0..<3).union(12..<16).union(40..<60).union(90..<100)).count <= 3)
    }

    @Test(.tags(.campaign), .slow) func `what was never sent goes before what was, however far back it is`() throws {
        let (carried, _) = try ages(lacking: [(0..<4, 0), (4..<60, 3), (200..<212, 0)])
        #expect(carried.isSuperset(of: Set(0..<4).union(200..<206)), "\(carried.sorted())")
    }

    @Test(.tags(.campaign), .slow)
    func `a frame may begin with older ones where what lies between would take their room`() throws {
        let far = [(ages: Int64(0)..<10, copies: 0.0), (ages: 360..<384, copies: 0.4)]
        let (present, older) = (try ages(lacking: far).carried, try ages(lacking: far, mayBeOlder: true).carried)
        #expect(present.isSuperset(of: 0..<10) && present.isDisjoint(with: 372..<384), "\(present.sorted())")
        #expect(older.isSuperset(of: 360..<384) && older.isDisjoint(with: 0..<359), "\(older.sorted())")
        let near = [(ages: Int64(0)..<10, copies: 0.0), (ages: 20..<60, copies: 0.4)]
        #expect(try ages(lacking: near, mayBeOlder: true).carried.isSuperset(of: 0..<10))
    }

    @Test func `a report whose registers alone are more than the data rate carries is refused with what to do`() throws
    {
        let bench = try UplinkBench(Self.text)
        let start = first(bench)
        for number in -8...0 { try store(start + Int64(number), in: bench) }
        let layout = try #require(bench.link.configuration.schema.intervalLayouts.first)
        let packer = UplinkPacker(
            source: StoredReadings(
                meters: ["main"], latestReadings: bench.commons.latestReadings, store: bench.commons.store),
            health: bench.commons.health.health(at:))
        let error = #expect(throws: PackingError.self) {
            try packer.pack(
                DueUplink(.intervals(layout), meter: 0, report: 0), wish: nil,
                room: PayloadRoom(largest: 11) { .milliseconds(Int64($0)) }, at: bench.world.now)
        }
        #expect(error?.description.contains("11 bytes") == true)
    }
}
