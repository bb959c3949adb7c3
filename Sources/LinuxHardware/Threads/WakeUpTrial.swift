package import HardwareInterfaces
import Synchronization
package import Timekeeping

/// Measures how late a thread comes out of its waits: what a receive window would have been late by.
package enum WakeUpTrial {
    /// The waits are those of the loop that serves the radio, on the calling thread, one after the other.
    /// - Parameter period: from one to the next; it varies by up to a quarter, so that nothing stays in step with it.
    package static func measure(
        count: Int, period: TimeSpan, clock: LinuxClock, waiter: PollWaiter
    ) throws(HardwareError) -> [TimeSpan] {
        var latenesses: [TimeSpan] = []
        latenesses.reserveCapacity(count)
        while latenesses.count < count {
            let variation = period / 4 * Int64(latenesses.count * 7 % 16) / 16
            let due = clock.monotonic + period - variation
            while clock.monotonic < due { try waiter.wait(for: [], until: due) }
            latenesses.append(clock.monotonic - due)
        }
        return latenesses
    }

    /// The same on a thread of its own, with or without what a real-time thread asks for.
    package static func run(
        count: Int, period: TimeSpan, realtime: Bool
    ) async throws -> (latenesses: [TimeSpan], privileges: RealtimeThread.Privileges) {
        let result = Mutex<(latenesses: [TimeSpan], privileges: RealtimeThread.Privileges)?>(nil)
        try await RealtimeThread.run(name: "p1lora-timing", realtime: realtime) { privileges in
            let clock = LinuxClock()
            let latenesses = try measure(count: count, period: period, clock: clock, waiter: PollWaiter(clock: clock))
            result.withLock { $0 = (latenesses, privileges) }
        }
        guard let result = result.withLock({ $0 }) else {
            throw HardwareError(.failed(errno: 0), device: "kernel", message: "the thread ended without a result")
        }
        return result
    }
}
