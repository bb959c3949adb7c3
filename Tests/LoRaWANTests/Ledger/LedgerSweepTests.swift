import TestTags
import Testing
import Timekeeping

@testable import LoRaWAN

/// The ledger over weeks of random uplinks, with restarts, lost ends and clocks that begin anew: measured on a clock that
/// the device does not see.
@Suite(.tags(.campaign), .slow) struct LedgerSweepTests {
    struct Sent {
        let band: Int
        let entry: AirTimeWindow.Entry
        let isUplink: Bool
    }

    /// A device's life: each boot has a clock of its own, and `epoch` is what it began at.
    final class Life {
        let configuration: DeviceConfiguration
        var random: DeviceRandom
        var bench: Bench
        var epoch = TimeSpan.zero
        var sent: [Sent] = []
        private var boots = 1

        init(_ configuration: DeviceConfiguration, seed: UInt64) throws {
            self.configuration = configuration
            random = DeviceRandom(seed: seed)
            bench = try Bench(configuration)
        }

        func collect() throws {
            for on in bench.air {
                let band = try #require(configuration.region.subBand(of: on.transmission.frequency))
                sent.append(
                    Sent(
                        band: band, entry: .init(start: on.start + epoch, airTime: on.airTime),
                        isUplink: on.transmission.payload.first != 0))
            }
            bench.air.removeAll()
            bench.windows.removeAll()
            bench.log.removeAll()
        }

        /// The board is off for a while; its clock begins near zero, or at whatever a board without RTC makes of it.
        func reboot() throws {
            try collect()
            let off = TimeSpan.seconds([0, 2, 600, 5_000, 90_000][random.number(below: 5)])
            let start = MonotonicInstant(nanoseconds: Int64(random.number(below: 1 << 40)))
            epoch = bench.now + epoch + off - start
            boots += 1
            bench = try Bench(
                configuration, peer: bench.peer, restoring: bench.stored.map { try DeviceState(decoding: $0) },
                boot: "boot-\(boots)", at: start)
            bench.perform(bench.device.start(at: bench.now))
        }

        /// The process ends and begins again on the same clock.
        func restart() throws {
            try collect()
            let now = bench.now + .milliseconds(Int64(random.number(below: 5_000)))
            bench = try Bench(
                configuration, peer: bench.peer, restoring: bench.stored.map { try DeviceState(decoding: $0) },
                boot: "boot-\(boots)", at: now)
            bench.perform(bench.device.start(at: bench.now))
        }
    }

    @Test(arguments: 1...6) func `in every sliding hour of every sub-band, and in every day of the purse`(
        seed: UInt64
    ) throws {
        let dailyAirTime: TimeSpan? = seed % 2 == 0 ? .seconds(30) : nil
        let configuration = Bench.configuration {
            $0.region = Bench.region(joinAt: [0, 2, 5])
            $0.dailyAirTime = dailyAirTime
            $0.randomSeed = seed
        }
        let life = try Life(configuration, seed: seed)
        life.bench.peer.channelList =
            [864_100_000, 867_300_000, 868_900_000, 869_525_000, 869_800_000].flatMap { Bench.frequency($0) } + [0]
        try life.bench.join()
        var uplinks = 0
        while uplinks < 1_200 {
            let bench = life.bench
            try bench.run(for: .hours(48)) { bench.device.isJoined && bench.device.isIdle }
            switch life.random.number(below: 100) {
            case 0: try life.reboot()
            case 1: try life.restart()
            case 2:
                // The power goes while the frame is on the air.
                bench.cutAtPersist = bench.persists + 1
                bench.perform(try bench.device.send(Uplink(port: 1, payload: [9]), at: bench.now))
                try bench.run(for: .hours(48)) { bench.device.isIdle }
                if bench.isCut { try life.reboot() }
            default:
                guard bench.device.isJoined else { continue }
                bench.device.state.session?.dataRate = DataRate(UInt8(life.random.number(below: 6)))
                bench.device.state.session?.nbTrans = UInt8(1 + life.random.number(below: 3))
                let payload = [UInt8](repeating: 1, count: life.random.number(below: bench.device.maximumPayload + 1))
                do throws(UplinkRefusal) {
                    bench.perform(try bench.device.send(Uplink(port: 1, payload: payload), at: bench.now))
                } catch { continue }
                try bench.run(for: .hours(48)) { bench.device.isIdle }
                uplinks += 1
                let pause = [1, 30, 400, 3_000][life.random.number(below: 4)]
                bench.now = bench.now + .seconds(Int64(life.random.number(below: pause)))
            }
        }
        try life.collect()
        #expect(zip(life.sent, life.sent.dropFirst()).allSatisfy { $0.entry.end <= $1.entry.start })
        for (index, band) in Region.eu868.subBands.enumerated() {
            let log = life.sent.filter { $0.band == index }.map(\.entry)
            #expect(LedgerTests.fullest(log, length: .hours(1)) <= band.hourlyLimit, "\(band.name)")
        }
        if let dailyAirTime {
            let log = life.sent.filter(\.isUplink).map(\.entry)
            #expect(LedgerTests.fullest(log, length: .hours(24)) <= dailyAirTime)
            #expect(LedgerTests.fullest(log, length: .hours(24)) > dailyAirTime / 2, "it is used, too")
        }
        let span = try #require(life.sent.last).entry.end - life.sent[0].entry.start
        #expect(span > .hours(24), "\(span) for \(life.sent.count) frames")
    }

    @Test func `without restarts no wait is longer than needed`() throws {
        var random = DeviceRandom(seed: 77)
        let bench = try Bench(
            Bench.configuration {
                $0.dataRate = DataRate(0)
                $0.dailyAirTime = .seconds(600)
            })
        try bench.join()
        var waits = 0
        for _ in 0..<600 {
            bench.device.state.session?.dataRate = DataRate(UInt8(random.number(below: 6)))
            let count = random.number(below: bench.device.maximumPayload)
            let airTime = try #require(bench.device.airTime(payloadCount: count))
            let earliest = try #require(bench.device.earliestTransmission(payloadCount: count, at: bench.now))
            let asked = bench.now
            bench.perform(
                try bench.device.send(Uplink(port: 1, payload: [UInt8](repeating: 0, count: count)), at: bench.now))
            try bench.run(for: .hours(48)) { bench.device.isIdle }
            let log = bench.air.map { AirTimeWindow.Entry(start: $0.start, airTime: $0.airTime) }
            let start = try #require(log.last).start
            // The bench's radio takes 3 ms to start.
            #expect(start - max(earliest, asked) <= .milliseconds(3))
            guard start - asked > .seconds(1) else { continue }
            waits += 1
            // One frame earlier would have been too early, by the law or by the daily air-time.
            let early = AirTimeWindow.Entry(start: start - airTime, airTime: airTime)
            let others = log.dropLast()
            let hour = LedgerTests.on(Array(others + [early]), from: early.end - .hours(1), to: early.end)
            let day = LedgerTests.on(
                Array(others.dropFirst() + [early]), from: early.end - .hours(24), to: early.end)
            #expect(hour > .seconds(36) || day > .seconds(600))
        }
        #expect(waits > 50, "\(waits)")
    }
}
