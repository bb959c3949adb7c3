import HardwareInterfaces
package import Timekeeping

/// Everything outside the bridge, as a queue of events in virtual time: the meter's next telegram, the end of a
/// transmission, an edge on a pin.
///
/// The bridge's loops rest in ``wait(for:until:)``, which runs the next event or, when none comes before the loop's own
/// deadline, moves the clock there. A day passes as fast as its events are computed, and a run repeats exactly.
package final class SimulatedWorld: Waiting {
    package let clock: VirtualClock
    /// Called with the span that virtual time is about to advance; sleeps when the world is to be watched in real time.
    private let pace: (TimeSpan) -> Void
    private var queue = EventQueue()

    /// - Parameters:
    ///   - monotonic: what the monotonic clock shows at the start.
    ///   - pace: what passes the time; nothing by default, so that virtual time runs as fast as it can.
    package init(
        startingAt utc: UTCInstant, monotonic: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000),
        pace: @escaping (TimeSpan) -> Void = { _ in }
    ) {
        clock = VirtualClock(utc: utc, monotonic: monotonic)
        self.pace = pace
    }

    package var now: MonotonicInstant { clock.monotonic }

    /// When the next event is due, for those who keep the world in step with another clock.
    package var nextEvent: MonotonicInstant? { queue.nextInstant }

    /// Runs `action` when virtual time reaches `instant`, or next if that has passed. Events of one instant run in the
    /// order in which they were scheduled.
    package func schedule(at instant: MonotonicInstant, _ action: @escaping () -> Void) {
        queue.insert(action, at: max(instant, now))
    }

    package func schedule(after span: TimeSpan, _ action: @escaping () -> Void) {
        schedule(at: now + span, action)
    }

    /// Descriptors are not looked at: what the simulated devices do is in the queue, and the loop polls after each event.
    package func wait(for descriptors: [Int32], until deadline: MonotonicInstant?) {
        guard let next = queue.nextInstant, deadline.map({ next <= $0 }) ?? true else {
            if let deadline { move(to: deadline) }
            return
        }
        move(to: next)
        queue.popFirst()?()
    }

    /// Runs all events up to and including `instant`, with nobody waiting.
    package func run(until instant: MonotonicInstant) {
        while let next = queue.nextInstant, next <= instant {
            move(to: next)
            queue.popFirst()?()
        }
        move(to: instant)
    }

    private func move(to instant: MonotonicInstant) {
        let span = instant - now
        guard span > .zero else { return }
        pace(span)
        clock.advance(to: instant)
    }
}
