package import HardwareInterfaces
package import MeterValues
package import SmartMeter
package import Timekeeping

/// One pulse input: its pin, opened anew when it is lost, and the count of its pulses.
package final class PulseLine {
    /// The meter's number in a frame: pulse inputs come after the P1 meters.
    package let number: Int
    private var counter: PulseCounter
    private let isActiveLow: Bool
    private let openPin: () throws(HardwareError) -> any EdgePin
    private var pin: (any EdgePin)?
    private var nextAttempt: MonotonicInstant?
    private var pause = RetryPause()
    private var edges = 0
    private var edgesSince: MonotonicInstant
    /// Of a recording.
    private var hasEnded = false
    /// Until when a noisy input is left alone.
    private var restUntil: MonotonicInstant?

    /// More edges in a second are no meter's: 55 pulses come in a second at 20 kW and 10 000 pulses per kWh.
    static let mostEdges = 1_000
    static let rest = TimeSpan.seconds(10)

    /// - Parameters:
    ///   - saved: what was kept of the count.
    ///   - isActiveLow: a pulse pulls the pin to ground, as S0 outputs and phototransistors do.
    package init(
        number: Int, input: PulseInput, saved: PulseCounter.State?, isActiveLow: Bool, at now: MonotonicInstant,
        openPin: @escaping () throws(HardwareError) -> any EdgePin
    ) {
        self.number = number
        counter = PulseCounter(input, saved: saved)
        self.isActiveLow = isActiveLow
        self.openPin = openPin
        nextAttempt = now
        edgesSince = now
    }

    package var state: PulseCounter.State { counter.state }
    package var pollDescriptor: Int32? { restUntil == nil ? pin?.pollDescriptor : nil }
    /// When ``poll(at:)`` is wanted though no edge has come.
    package var nextDeadline: MonotonicInstant? { restUntil ?? nextAttempt ?? (pin as? ScheduledEdges)?.nextEdgeAt }

    package func reading(at time: UTCInstant, now: MonotonicInstant) -> Reading { counter.reading(at: time, now: now) }

    /// Counts the edges that have come.
    package func poll(at now: MonotonicInstant) -> [MeterEvent] {
        var events: [MeterEvent] = []
        if let restUntil {
            guard restUntil <= now else { return [] }
            self.restUntil = nil
        }
        if now - edgesSince >= .seconds(1) { (edges, edgesSince) = (0, now) }
        do {
            if pin == nil, let due = nextAttempt, due <= now {
                pin = try openPin()
                nextAttempt = nil
                events.append(.opened)
            }
            while let edge = try pin?.nextEdge() {
                pause.reset()
                counter.edge(active: edge.rising != isActiveLow, at: edge.at)
                edges += 1
                if edges > Self.mostEdges {
                    events.append(.noise(edgesPerSecond: edges))
                    restUntil = now + Self.rest
                    (edges, edgesSince) = (0, now)
                    return events
                }
            }
            if !hasEnded, let recording = pin as? ScheduledEdges, recording.hasEnded {
                hasEnded = true
                events.append(.ended)
            }
        } catch {
            pin = nil
            let next = now + pause.next()
            nextAttempt = next
            events.append(.failed(error, retryAt: next))
        }
        return events
    }
}
