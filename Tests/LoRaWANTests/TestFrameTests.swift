import Testing
import Timekeeping

@testable import LoRaWAN

/// Frames for the bench: they cost what others cost, and change nothing else.
@Suite struct TestFrameTests {
    private func sent(_ actions: [DeviceAction]) throws -> Transmission {
        #expect(actions.count == 2)
        guard case .persist(let state) = actions.first, case .transmit(let transmission) = actions.last else {
            throw UplinkRefusal.busy
        }
        #expect(state.ledger.windows.contains { !$0.entries.isEmpty }, "it is stored before it is sent")
        return transmission
    }

    @Test func `a test frame is of a type that no server takes, uses no counter, and opens no window`() throws {
        let bench = try Bench()
        var device = bench.device
        let nonce = device.state.nextDevNonce
        let frame = try sent(try device.send(TestFrame(), at: bench.now))
        #expect(frame.payload.first == 0xE0 && frame.frequency == 868_100_000)
        let end = bench.now + .milliseconds(100)
        #expect(device.handle(.transmitted(endedAt: end)) == [])
        #expect(device.isIdle && device.nextDeadline == nil && device.state.nextDevNonce == nonce)
        let band = try #require(Region.eu868.subBand(of: 868_100_000))
        #expect(device.state.ledger.windows[band].entries.last?.end == end)
    }

    @Test func `test frames end where the law ends, in their sub-band only`() throws {
        let bench = try Bench()
        var device = bench.device
        var now = bench.now
        var airTime = TimeSpan.zero
        var refusal: TestRefusal?
        for _ in 0..<1_000 where refusal == nil {
            do throws(TestRefusal) {
                let frame = try device.send(TestFrame(dataRate: DataRate(0)), at: now)
                guard case .transmit(let transmission) = frame.last else { return }
                let span = AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation)
                airTime += span
                now = now + span
                _ = device.handle(.transmitted(endedAt: now))
            } catch {
                refusal = error
            }
        }
        guard case .later(let span, .dutyCycle) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(airTime <= .seconds(36) && span <= .hours(1))
        // 869.525 MHz has its own 10 %.
        _ = try sent(try device.send(TestFrame(frequency: 869_525_000), at: now))
    }

    @Test func `test frames are paid from the network's purse too`() throws {
        let bench = try Bench(Bench.configuration { $0.dailyAirTime = .milliseconds(60) })
        var device = bench.device
        _ = try device.send(TestFrame(), at: bench.now)
        _ = device.handle(.transmitted(endedAt: bench.now + .milliseconds(50)))
        let error = #expect(throws: TestRefusal.self) { try device.send(TestFrame(), at: bench.now + .seconds(1)) }
        guard case .later(_, .dailyAirTime) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let slow = try #require(Modulation(spreadingFactor: 12, bandwidth: .khz125))
        #expect(throws: TestRefusal.never(airTime: AirTime.of(bytes: 12, modulation: slow))) {
            try device.send(TestFrame(dataRate: DataRate(0)), at: bench.now + .seconds(1))
        }
    }

    @Test func `the power never exceeds what the law allows behind the antenna`() throws {
        let bench = try Bench()
        for (asked, given) in [(nil, 13), (30, 13), (5, 5), (-9, 2)] as [(Int?, Int)] {
            var device = bench.device
            #expect(try sent(try device.send(TestFrame(power: asked), at: bench.now)).power == given)
        }
    }

    @Test func `a carrier or data rate that the region does not have is refused`() throws {
        let bench = try Bench()
        var device = bench.device
        for hertz in [0, 862_000_000, 871_000_000, 2_400_000_000] {
            #expect(throws: TestRefusal.frequency(hertz)) {
                try device.send(TestFrame(frequency: hertz), at: bench.now)
            }
        }
        for rate in [8, 9, 15] {
            #expect(throws: TestRefusal.dataRate(DataRate(UInt8(rate)))) {
                try device.send(TestFrame(dataRate: DataRate(UInt8(rate))), at: bench.now)
            }
        }
        #expect(device.state == bench.device.state)
    }
}
