import Testing
import Timekeeping

@testable import LoRaWAN

/// An unmodulated carrier: what the law, the region and the chip make of the order (TS009, TxCwReq).
@Suite struct CarrierTests {
    private static let order = Carrier(frequency: 868_300_000, power: 10, duration: .seconds(8))

    private func joined(_ change: (inout DeviceConfiguration) -> Void = { _ in }) throws -> Bench {
        let bench = try Bench(Bench.configuration { change(&$0) })
        try bench.join()
        try bench.run { bench.device.isIdle }
        return bench
    }

    /// What the radio was told.
    private func radiated(_ actions: [DeviceAction]) -> Carrier? {
        for action in actions { if case .radiate(let carrier) = action { return carrier } }
        return nil
    }

    private func spent(_ bench: Bench) -> TimeSpan {
        bench.device.state.ledger.windows[2].entries.reduce(.zero) { $0 + $1.airTime }
    }

    @Test func `a carrier is stored before it is sent, counts in the law's account and not in the network's purse`()
        throws
    {
        let bench = try joined { $0.dailyAirTime = .seconds(30) }
        let (before, dailyAirTime) = (spent(bench), bench.device.remainingDailyAirTime(at: bench.now))
        let actions = try bench.device.radiate(Self.order, at: bench.now)
        guard case .persist(let state) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(state.ledger.windows[2].entries.last?.airTime == .seconds(8))
        #expect(radiated(actions) == Self.order && actions.count == 2)
        #expect(spent(bench) == before + .seconds(8))
        #expect(bench.device.remainingDailyAirTime(at: bench.now) == dailyAirTime)
    }

    @Test func `while it lasts nothing else is taken, and afterwards everything`() throws {
        let bench = try joined()
        _ = try bench.device.radiate(Self.order, at: bench.now)
        #expect(!bench.device.isIdle && bench.device.isExchanging)
        #expect(throws: UplinkRefusal.busy) {
            try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now)
        }
        #expect(throws: TestRefusal.busy) { try bench.device.radiate(Self.order, at: bench.now) }
        #expect(throws: TestRefusal.busy) { try bench.device.send(TestFrame(), at: bench.now) }
        #expect(bench.device.rejoin(at: bench.now).isEmpty)
        bench.now = bench.now + .seconds(8)
        #expect(bench.device.handle(.transmitted(endedAt: bench.now)).isEmpty)
        #expect(bench.device.isIdle)
        #expect(try bench.send() == .sent)
    }

    @Test func `one that lasts longer than planned counts as long as it lasted, a shorter one as planned`() throws {
        for (lasted, counted): (TimeSpan, TimeSpan) in [
            (.seconds(8), .seconds(8)), (.milliseconds(9_250), .milliseconds(9_250)), (.seconds(3), .seconds(8)),
        ] {
            let bench = try joined()
            let before = spent(bench)
            _ = try bench.device.radiate(Self.order, at: bench.now)
            _ = bench.device.handle(.transmitted(endedAt: bench.now + lasted))
            #expect(spent(bench) == before + counted)
        }
    }

    @Test func `a carrier that outlives its process is counted until the next start, a LoRa frame is not`() throws {
        let bench = try joined()
        let before = spent(bench)
        _ = try bench.device.radiate(Self.order, at: bench.now)
        let state = try DeviceState(decoding: bench.device.state.encoded())
        let again = try Bench(peer: bench.peer, restoring: state, at: bench.now + .seconds(60))
        #expect(spent(again) == before + .seconds(60))
        #expect(try DeviceState(decoding: again.device.state.encoded()).encoded() == again.device.state.encoded())
        // Started again within the eight seconds: no more than was planned.
        let soon = try Bench(peer: bench.peer, restoring: state, at: bench.now + .seconds(2))
        #expect(spent(soon) == before + .seconds(8))

        let other = try joined()
        let actions = try other.device.send(Uplink(port: 1, payload: [1]), at: other.now)
        guard case .persist(let sending) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        let later = try Bench(peer: other.peer, restoring: sending, at: other.now + .seconds(60))
        #expect(spent(later) < .seconds(4))
        // Days: what is stored stays readable.
        let days = try Bench(peer: bench.peer, restoring: state, at: bench.now + .hours(80))
        #expect(try DeviceState(decoding: days.device.state.encoded()).encoded() == days.device.state.encoded())
    }

    @Test func `the duty cycle refuses what it would refuse a frame, and a bench may switch that off`() throws {
        let bench = try joined { $0.certificationMode = true }
        let long = Carrier(frequency: 868_300_000, power: 10, duration: .seconds(37))
        #expect(throws: TestRefusal.never(airTime: .seconds(37))) { try bench.device.radiate(long, at: bench.now) }
        // TS009's own example: 863.1 MHz has 3.6 s an hour.
        let example = Carrier(frequency: 863_100_000, power: 13, duration: .seconds(8))
        #expect(throws: TestRefusal.never(airTime: .seconds(8))) { try bench.device.radiate(example, at: bench.now) }
        let half = Carrier(frequency: 868_300_000, power: 10, duration: .seconds(20))
        _ = try bench.device.radiate(half, at: bench.now)
        bench.now = bench.now + .seconds(20)
        _ = bench.device.handle(.transmitted(endedAt: bench.now))
        let refusal = #expect(throws: TestRefusal.self) { try bench.device.radiate(half, at: bench.now) }
        if case .later(let span, .dutyCycle) = refusal {
            #expect(span > .minutes(50))
        } else {
            Issue.record("\(String(describing: refusal))")
        }
        bench.device.certification?.ignoresDutyCycle = true
        #expect(radiated(try bench.device.radiate(example, at: bench.now)) == example)
        #expect(bench.device.state.ledger.windows[0].entries.last?.airTime == .seconds(8), "counted all the same")
    }

    @Test func `the power is brought into what chip, antenna and law allow, the carrier is not`() throws {
        let bench = try joined {
            $0.antennaGain = 215
            $0.conductedPower = 2...20
        }
        for (asked, given) in [(127, 13), (20, 13), (13, 13), (7, 7), (-128, 2)] {
            let carrier = Carrier(frequency: 868_300_000, power: asked, duration: .milliseconds(10))
            #expect(radiated(try bench.device.radiate(carrier, at: bench.now))?.power == given)
            bench.now = bench.now + .milliseconds(10)
            _ = bench.device.handle(.transmitted(endedAt: bench.now))
        }
        for frequency in [0, 868_650_000, 862_999_999, 915_000_000, 1_677_721_500] {
            #expect(throws: TestRefusal.frequency(frequency)) {
                try bench.device.radiate(
                    Carrier(frequency: frequency, power: 10, duration: .seconds(1)), at: bench.now)
            }
        }
        for duration: TimeSpan in [.zero, .seconds(-1), .hours(25)] {
            #expect(throws: TestRefusal.never(airTime: duration)) {
                try bench.device.radiate(
                    Carrier(frequency: 868_300_000, power: 10, duration: duration), at: bench.now)
            }
        }
    }

    @Test(arguments: [Region.kr920, .us915, .au915, .as923])
    func `where a device has to listen first, or to leave after 400 ms, no carrier is sent`(region: Region) throws {
        var device = try Device(
            configuration: Bench.configuration { $0.region = region }, bootIdentifier: "1",
            at: MonotonicInstant(nanoseconds: 0))
        let frequency = try #require(region.defaultChannels.first?.frequency)
        #expect(throws: TestRefusal.shared) {
            try device.radiate(
                Carrier(frequency: frequency, power: 10, duration: .seconds(1)), at: MonotonicInstant(nanoseconds: 1))
        }
    }

    @Test func `a store that fails keeps the carrier off the air, and its air-time is given back`() throws {
        let bench = try joined()
        let before = spent(bench)
        _ = try bench.device.radiate(Self.order, at: bench.now)
        _ = bench.device.persistFailed(at: bench.now)
        #expect(spent(bench) == before)
        bench.now = bench.now + .minutes(1)
        bench.perform(bench.device.tick(at: bench.now))
        #expect(bench.device.isIdle)
        #expect(!bench.log.contains { if case .radiate = $0 { true } else { false } })
    }

    @Test func `class C listens again when the carrier is off`() throws {
        let bench = try joined { $0.deviceClass = .c }
        _ = try bench.device.radiate(Self.order, at: bench.now)
        let actions = bench.device.handle(.transmitted(endedAt: bench.now + .seconds(8)))
        #expect(actions.contains { if case .listen = $0 { true } else { false } })
    }
}
