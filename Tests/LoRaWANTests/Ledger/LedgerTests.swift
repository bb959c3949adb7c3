import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct LedgerTests {
    static func on(_ log: [AirTimeWindow.Entry], from: MonotonicInstant, to: MonotonicInstant) -> TimeSpan {
        log.reduce(.zero) { $0 + max(.zero, min($1.end, to) - max($1.start, from)) }
    }

    /// The fullest windows end with a transmission, or begin with one.
    static func fullest(_ log: [AirTimeWindow.Entry], length: TimeSpan) -> TimeSpan {
        var worst = TimeSpan.zero
        var oldest = 0
        for newest in log.indices {
            let end = log[newest].end
            while log[oldest].end <= end - length { oldest += 1 }
            worst = max(worst, on(Array(log[oldest...newest]), from: end - length, to: end))
        }
        return worst
    }

    @Test(arguments: 1...8) func `in every sliding hour on-time is within the limit, and no wait is longer than needed`(
        seed: UInt64
    ) throws {
        var random = DeviceRandom(seed: seed)
        let limit = TimeSpan.seconds(36)
        var window = AirTimeWindow(length: .hours(1), limit: limit)
        var log: [AirTimeWindow.Entry] = []
        var now = MonotonicInstant(nanoseconds: Int64(random.number(below: 1_000_000_000)))
        var waits = 0
        for _ in 0..<4_000 {
            let airTime = TimeSpan.microseconds(Int64(random.number(below: 2_800_000) + 20_000))
            let start = try #require(window.earliestStart(airTime: airTime, at: now))
            if start > now {
                waits += 1
                // A microsecond earlier would be too early: the hour that ends with it would be too full.
                let early = AirTimeWindow.Entry(start: start - .microseconds(1), airTime: airTime)
                #expect(
                    Self.on(log.suffix(2_000) + [early], from: early.end - .hours(1), to: early.end) > limit)
            }
            window.record(start: start, airTime: airTime)
            log.append(.init(start: start, airTime: airTime))
            let pause = random.number(below: 100) < 70 ? 2_000 : 300_000
            now = start + airTime + .milliseconds(Int64(random.number(below: pause)))
        }
        #expect(waits > 100)
        #expect(Self.fullest(log, length: .hours(1)) <= limit)
        #expect(window.entries.count < 2_000, "old entries are forgotten")
    }

    @Test func `24 frames of 2.79 s around the hour do not pass`() throws {
        var window = AirTimeWindow(length: .hours(1), limit: .seconds(36))
        var now = MonotonicInstant(nanoseconds: 0) + .minutes(59)
        var sent = 0
        while now < MonotonicInstant(nanoseconds: 0) + .minutes(61) {
            let start = try #require(window.earliestStart(airTime: .microseconds(2_793_472), at: now))
            guard start == now else { break }
            window.record(start: start, airTime: .microseconds(2_793_472))
            sent += 1
            now = now + .seconds(5)
        }
        #expect(sent == 12)
    }

    @Test func `what is planned late leaves in the account what counts for an earlier one`() throws {
        var window = AirTimeWindow(length: .hours(1), limit: .seconds(36))
        func at(_ milliseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: milliseconds * 1_000_000) }
        window.record(start: at(0), airTime: .seconds(5))
        window.record(start: at(100_000), airTime: .milliseconds(33_500))
        // A join-accept in five seconds, and then an answer in one and a half.
        window.record(start: at(3_605_500), airTime: .milliseconds(100), at: at(3_600_500))
        let start = try #require(window.earliestStart(airTime: .seconds(2), at: at(3_602_000)))
        #expect(start > at(3_602_000), "of the first second of the first there is some in the hour")
    }

    @Test func `what alone is longer than the limit may never be sent`() {
        let window = AirTimeWindow(length: .hours(1), limit: .milliseconds(3_600))
        #expect(window.earliestStart(airTime: .milliseconds(3_601), at: MonotonicInstant(nanoseconds: 0)) == nil)
    }

    @Test func `after a reboot the latest transmission is taken as just over, and the distances stay`() {
        var window = AirTimeWindow(length: .hours(1), limit: .seconds(36))
        let start = MonotonicInstant(nanoseconds: 0)
        for minute in 0..<12 { window.record(start: start + .minutes(Int64(minute) * 5), airTime: .seconds(2)) }
        let last = start + .minutes(55) + .seconds(2)
        let boot = MonotonicInstant(nanoseconds: 5_000_000_000)
        window.shift(by: boot - last)
        #expect(window.remaining(at: boot) == .seconds(12))
        #expect(window.earliestStart(airTime: .seconds(12), at: boot) == boot)
        // To send 13 s, one second of the oldest must have left the hour.
        #expect(
            window.earliestStart(airTime: .seconds(13), at: boot)
                == boot - .minutes(55) - .seconds(2) + .seconds(1) + .hours(1) - .seconds(13))
    }

    @Test func `sub-bands have separate budgets`() {
        var ledger = DutyCycleLedger(subBands: Region.eu868.subBands)
        let now = MonotonicInstant(nanoseconds: 0)
        let limits = ledger.windows.map(\.limit)
        #expect(limits == [3_600, 36_000, 36_000, 3_600, 360_000, 36_000].map { .milliseconds($0) })
        ledger.record(band: 0, start: now, airTime: .milliseconds(3_600))
        let later = now + .seconds(10)
        #expect(ledger.earliestStart(band: 0, airTime: .milliseconds(1), at: later) ?? later > later)
        #expect(ledger.earliestStart(band: 3, airTime: .milliseconds(3_600), at: later) == later)
        #expect(ledger.earliestStart(band: 6, airTime: .milliseconds(1), at: later) == nil)
    }

    @Test func `gaps between the sub-bands belong to none`() {
        for frequency in [868_650_000, 869_300_000, 869_670_000, 862_999_900, 870_000_100] {
            #expect(Region.eu868.subBand(of: frequency) == nil, "\(frequency)")
        }
        #expect(Region.eu868.subBand(of: 867_900_000) == 1)
        #expect(Region.eu868.subBand(of: 868_100_000) == 2)
        #expect(Region.eu868.subBand(of: 869_525_000) == 4)
    }
}
