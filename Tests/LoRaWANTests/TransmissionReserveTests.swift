import Testing
import Timekeeping

@testable import LoRaWAN

/// What may be used of a stored state before another is stored.
@Suite struct TransmissionReserveTests {
    func joined(_ change: (inout DeviceConfiguration) -> Void = { _ in }) throws -> Bench {
        let bench = try Bench(
            Bench.configuration {
                $0.dataRate = DataRate(5)
                change(&$0)
            })
        try bench.join()
        return bench
    }

    @Test func `a reserve covers as many uplinks as counters were set aside, and no other session`() throws {
        let bench = try joined()
        let stored = bench.device.state
        let reserve = TransmissionReserve(of: stored, counter: try counter(of: stored), counters: 5)
        var covered = 0
        for _ in 0..<8 {
            _ = try bench.send()
            let state = bench.device.state
            if reserve.covers(state, counter: try counter(of: state), at: bench.now) { covered += 1 }
        }
        #expect(covered == 5)
        #expect(stored.settingAside(counters: 5).session?.uplinkCounter.rawValue == 5)
        var state = stored
        state.session = nil
        #expect(!state.isInSession(of: stored) && stored.isInSession(of: stored))
        state = stored
        state.nextDevNonce += 1
        #expect(!reserve.covers(state, counter: try counter(of: state), at: bench.now))
        #expect(reserve.covers(stored, counter: try counter(of: stored), at: bench.now))
    }

    private func counter(of state: DeviceState) throws -> FrameCounter { try #require(state.session?.uplinkCounter) }

    @Test func `of each account an eighth is covered within its window, again when the window has gone on`() throws {
        let bench = try joined { $0.dailyAirTime = .milliseconds(800) }
        let reserve = TransmissionReserve(of: bench.device.state, counter: try counter(of: bench.device.state))
        func covers(at now: MonotonicInstant) throws -> Bool {
            reserve.covers(bench.device.state, counter: try counter(of: bench.device.state), at: now)
        }
        _ = try bench.send()
        #expect(try covers(at: bench.now))
        while bench.device.state.dailyAirTime?.recorded ?? .zero <= .milliseconds(100) { _ = try bench.send() }
        #expect(try !covers(at: bench.now))
        #expect(try covers(at: bench.now + .hours(25)))
    }

    @Test func `a start that does not know takes the counters and an eighth of each account as used just now`() throws {
        let bench = try joined { $0.dailyAirTime = .seconds(8) }
        let before = bench.device.remainingDailyAirTime(at: bench.now)
        bench.device.assumeCountersUsed(below: FrameCounter(rawValue: 77))
        bench.device.assumeReserveUsed(at: bench.now)
        #expect(bench.device.state.session?.uplinkCounter.rawValue == 77)
        #expect(bench.device.remainingDailyAirTime(at: bench.now + .seconds(10)) == before.map { $0 - .seconds(1) })
        for window in bench.device.state.ledger.windows {
            #expect(window.remaining(at: bench.now + .minutes(2)) <= window.limit - window.limit / 8)
        }
        // It never goes back.
        bench.device.assumeCountersUsed(below: FrameCounter(rawValue: 5))
        #expect(bench.device.state.session?.uplinkCounter.rawValue == 77)
    }

    @Test func `counters at the end of their 32 bits are not passed`() throws {
        let bench = try joined()
        bench.device.state.session?.uplinkCounter = FrameCounter(rawValue: .max - 3)
        #expect(bench.device.state.settingAside().session?.uplinkCounter.rawValue == .max)
        let next = try counter(of: bench.device.state)
        #expect(TransmissionReserve(of: bench.device.state, counter: next).uplinksLeft(from: next) == 3)
    }
}
