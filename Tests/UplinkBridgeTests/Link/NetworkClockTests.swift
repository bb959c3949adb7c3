import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping
import UplinkBridge

/// A clock that nobody has set: it shows the date of the board's last shutdown.
final class UnsetClock: Clock {
    private let clock: any Clock
    private let error: TimeSpan

    init(_ clock: any Clock, error: TimeSpan = .zero) {
        self.clock = clock
        self.error = error
    }

    var monotonic: MonotonicInstant { clock.monotonic }
    var utc: UTCInstant { clock.utc - error }
    var isUTCTrusted: Bool { false }
    var bootIdentifier: String { clock.bootIdentifier }
}

@Suite struct NetworkClockTests {
    @Test func `a board that does not know the date gets it from the network with its first uplink`() throws {
        let bench = try LinkBench()
        let clock = NetworkClock(UnsetClock(bench.world.clock, error: .hours(5_000)))
        let link = try bench.makeLink(seed: 1, clock: clock)
        bench.run(link, for: .minutes(10)) { link.isReady }
        #expect(!clock.isUTCTrusted)
        try link.send(Uplink(port: 1, payload: [1]))
        bench.run(link, for: .seconds(30))
        #expect(clock.isUTCTrusted)
        let error = clock.utc - bench.world.clock.utc
        #expect(abs(error.nanoseconds) < 1_000_000_000, "\(error)")
    }

    @Test func `a board whose clock is set does not ask`() throws {
        let bench = try LinkBench()
        let link = try bench.makeLink(seed: 1)
        bench.run(link, for: .minutes(10)) { link.isReady }
        try link.send(Uplink(port: 1, payload: [1]))
        bench.run(link, for: .seconds(30))
        #expect(!bench.events.contains { if case .networkTime = $0 { true } else { false } })
    }

    @Test func `the network's time is asked for again each day, and not believed for ever`() throws {
        let bench = try LinkBench()
        let clock = NetworkClock(UnsetClock(bench.world.clock))
        let link = try bench.makeLink(seed: 1, clock: clock)
        bench.run(link, for: .minutes(10)) { link.isReady }
        for _ in 0..<60 {
            try link.send(Uplink(port: 1, payload: [1]))
            bench.run(link, for: .hours(1))
        }
        let answers = bench.events.count { if case .networkTime = $0 { true } else { false } }
        #expect(answers == 3)
        bench.world.run(until: bench.world.now + .hours(24 * 15))
        #expect(!clock.isUTCTrusted)
    }

    @Test func `a network that never tells the time is asked seldom after a while`() throws {
        let bench = try LinkBench()
        let clock = NetworkClock(UnsetClock(bench.world.clock))
        let link = try bench.makeLink(seed: 1, clock: clock)
        bench.run(link, for: .minutes(10)) { link.isReady }
        bench.air.lossProbability = 1
        var asking = 0
        for _ in 0..<60 {
            let before = bench.air.uplinks.count
            try link.send(Uplink(port: 1, payload: [1]))
            bench.run(link, for: .minutes(1))
            // MHDR, FHDR, port, one byte and MIC are 14; the question is one more.
            asking += bench.air.uplinks.dropFirst(before).count { $0.payload.count == 15 }
        }
        #expect((8...10).contains(asking), "\(asking)")
    }
}
