import CollectorStore
import MeterValues
import ServerEvents
import Testing
import Timekeeping
import UplinkPayload

@testable import Collector

/// What bridges are told of what is known.
@Suite struct KnownTellingTests {
    private let now = UTCInstant(secondsSince1970: 1_795_392_900)
    private var newest: QuarterHour { QuarterHour(atOrBefore: now) }

    /// Twelve hours of both meters.
    private func bring(_ bench: CollectorBench) throws {
        let values = (0..<Int64(49)).map { Optional($0 * 10) }
        let reports = try [
            bench.payload(newest: newest, [values, values]),
            bench.payload(layout: 1, meter: 1, newest: newest, [values]),
        ]
        let lines = reports.enumerated().map { bench.uplink($1, counter: UInt32($0), at: now).json }
        #expect(try bench.bring(lines.joined(separator: "\n"), at: now).counts.troubles.isEmpty)
    }

    private func heard(_ bench: CollectorBench, port: Int, spreadingFactor: Int, at time: UTCInstant) -> StoredUplink {
        var event = bench.uplink([1], port: port, counter: 100, at: time)
        event.radio.spreadingFactor = spreadingFactor
        return StoredUplink(event: event, receivedAt: time, fleet: "fleet", topic: nil)
    }

    /// The meters of which twelve hours are said to be known, by Codecs/README.md.
    private func acknowledged(_ payload: [UInt8]) -> [Int] {
        var (rest, meters) = (payload.dropFirst(2), [Int]())
        while let head = rest.popFirst() {
            let arguments = Array(rest.prefix(Int(head & 7)))
            rest = rest.dropFirst(arguments.count)
            guard head >> 3 == 8, arguments.count == 7, arguments[4...] == [0xFF, 0xF0, 0x00] else { continue }
            meters.append(Int(arguments[0] & 1) << 3 | Int(arguments[1] >> 5))
        }
        return meters
    }

    /// The hours of two days in which a bridge was told of which meters.
    private func told(_ bench: CollectorBench, port: Int, spreadingFactor: Int) throws -> [[Int]] {
        var told: [[Int]] = []
        for hour in 0..<Int64(48) {
            // Each time as if the collector had just started.
            var desk = RequestDesk(try bench.store(), fleets: bench.configuration.fleets)
            let time = now + .hours(hour)
            let uplink = heard(bench, port: port, spreadingFactor: spreadingFactor, at: time)
            guard let order = try desk.consider(uplink, at: time) else { continue }
            #expect(order.payload.count <= CommandFrame.safeLength)
            told.append(acknowledged(order.payload))
        }
        return told
    }

    @Test func `a bridge that sends sums is told once a day of all its meters, whatever restarts`() throws {
        let bench = try CollectorBench()
        try bring(bench)
        #expect(try told(bench, port: 6, spreadingFactor: 9) == [[0, 1], [0, 1], [0, 1]])
    }

    @Test func `a bridge at the slowest data rate is told as often as it may be asked, and no other`() throws {
        let bench = try CollectorBench()
        try bring(bench)
        let often = try told(bench, port: 2, spreadingFactor: 12)
        #expect(often.count >= 8 && often.count <= 11 && often.allSatisfy { $0 == [0, 1] }, "\(often)")
        let other = try CollectorBench()
        try bring(other)
        #expect(try told(other, port: 2, spreadingFactor: 9).allSatisfy(\.isEmpty))
    }

    @Test func `a meter of which a register was never told of is not said to be known`() throws {
        let bench = try CollectorBench()
        let values = (0..<Int64(49)).map { Optional($0 * 10) }
        let payload = try bench.payload(newest: newest, [values, values.map { _ in nil }])
        try bench.bring(bench.uplink(payload, at: now).json, at: now)
        #expect(try told(bench, port: 2, spreadingFactor: 12).allSatisfy(\.isEmpty))
    }

    @Test func `what of sums is kept is bounded in the number of devices, and those heard last are kept`() throws {
        let bench = try CollectorBench()
        var desk = SumDesk(most: 16)
        func sum(_ device: UInt64, _ port: Int) -> UplinkEvent {
            bench.uplink(
                [0x10, 0, 1, 2, 3, 4, 5], port: port, device: DeviceIdentifier(rawValue: device),
                counter: UInt32(device),
                at: now)
        }
        for device: UInt64 in 1...1_000 {
            _ = desk.hear(sum(device, 6))
            _ = desk.hear(sum(1, 6))
            // Who sends no sums takes no room.
            _ = desk.hear(sum(device + 5_000, 2))
            #expect(desk.devices <= 16)
        }
        #expect(desk.devices >= 14)
    }
}
