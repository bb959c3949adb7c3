import HardwareInterfaces
import LinuxHardware
import Testing
import Timekeeping

@Suite(.serialized) struct WaitingTests {
    let clock = LinuxClock()

    @Test func `a wait ends at its deadline, not before`() throws {
        let waiter = try PollWaiter(clock: clock)
        let deadline = clock.monotonic + .milliseconds(30)
        try waiter.wait(for: [], until: deadline)
        #expect(clock.monotonic >= deadline)
    }

    @Test func `a deadline that has passed does not block`() throws {
        let waiter = try PollWaiter(clock: clock)
        let before = clock.monotonic
        try waiter.wait(for: [], until: before - .seconds(5))
        #expect(clock.monotonic - before < .seconds(2))
    }

    @Test func `a wait without a deadline ends when another thread wakes it`() throws {
        let waiter = try PollWaiter(clock: clock)
        let before = clock.monotonic
        try RealtimeThread.spawn(name: "a very long name of a thread", realtime: true) { _ in
            Pause.sleep(.milliseconds(20))
            waiter.wake()
        }
        try waiter.wait(for: [], until: before + .seconds(20))
        #expect(clock.monotonic - before < .seconds(15))
    }

    @Test func `a wake that comes before the wait is not lost, and counts once`() throws {
        let waiter = try PollWaiter(clock: clock)
        waiter.wake()
        waiter.wake()
        let before = clock.monotonic
        try waiter.wait(for: [], until: before + .seconds(20))
        #expect(clock.monotonic - before < .seconds(15))
        let deadline = clock.monotonic + .milliseconds(10)
        try waiter.wait(for: [], until: deadline)
        #expect(clock.monotonic >= deadline)
    }

    @Test func `the clocks go forward and name their boot`() {
        let first = clock.monotonic
        #expect(clock.monotonic >= first)
        #expect(!clock.bootIdentifier.isEmpty)
        #expect(LinuxClock().bootIdentifier == clock.bootIdentifier)
        #expect(clock.utc > UTCInstant(secondsSince1970: 1_600_000_000))
    }
}
