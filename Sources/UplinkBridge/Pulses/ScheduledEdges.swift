import HardwareInterfaces
import Timekeeping

/// Pulses whose times are known before they come: a rhythm, or a recording.
final class ScheduledEdges: EdgePin {
    /// Since the first of them; nil behind the last.
    typealias Pulses = (_ number: Int) -> TimeSpan?

    private let clock: any Clock
    private let start: MonotonicInstant
    private let pulses: Pulses
    private let isActiveLow: Bool
    /// How long a pulse lasts, where the next one leaves room for it.
    private let level: TimeSpan
    private var number = 0
    private var isActive = false

    /// - Parameter level: longer than what is taken for a bounce.
    init(_ clock: any Clock, isActiveLow: Bool, level: TimeSpan, pulses: @escaping Pulses) {
        self.clock = clock
        self.isActiveLow = isActiveLow
        self.level = level
        self.pulses = pulses
        start = clock.monotonic
    }

    var pollDescriptor: Int32? { nil }
    var hasEnded: Bool { nextEdgeAt == nil }

    /// Nil when no more will come.
    var nextEdgeAt: MonotonicInstant? {
        guard let begins = pulses(number) else { return nil }
        guard isActive else { return start + begins }
        guard let next = pulses(number + 1) else { return start + begins + level }
        return start + begins + min(level, (next - begins) / 2)
    }

    func nextEdge() -> PinEdge? {
        guard let due = nextEdgeAt, due <= clock.monotonic else { return nil }
        isActive.toggle()
        if !isActive { number += 1 }
        return PinEdge(rising: isActive != isActiveLow, at: due)
    }
}
