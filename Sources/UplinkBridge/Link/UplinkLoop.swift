public import HardwareInterfaces
import LoRaWAN
import SmartMeter
public import Timekeeping
import UplinkPayload

/// Sends the reports that are due, in the thread that also serves the radio.
public final class UplinkLoop {
    private let link: LoRaWANLink
    private let board: ReadingBoard
    private let clock: any Clock
    private var schedule: ReportSchedule
    private var ration: AirTimeRation?
    /// Until when reports wait for the ration.
    private var restUntil: MonotonicInstant?
    private let report: (UplinkEvent) -> Void

    public enum UplinkEvent: Sendable {
        /// Handed to the MAC: what, and the payload.
        case handedOver(DueUplink, [UInt8])
        case refused(DueUplink, String)
        /// Reports became due again before they could be sent, so many since the start.
        case overtaken(Int)
        /// The network's daily air-time is spread over the day.
        case rationed(until: MonotonicInstant)
    }

    public init(
        link: LoRaWANLink, schedule: ReportSchedule, board: ReadingBoard, clock: any Clock,
        report: @escaping (UplinkEvent) -> Void
    ) {
        self.link = link
        self.schedule = schedule
        self.board = board
        self.clock = clock
        self.report = report
        ration = link.purse.map { AirTimeRation(purse: $0, at: clock.monotonic) }
    }

    public var pollDescriptors: [Int32] { link.pollDescriptors }
    public var nextDeadline: MonotonicInstant? {
        // While the MAC is busy its own deadlines come first; a report that is due waits for them.
        let due = link.isReady ? restUntil ?? schedule.nextDue : nil
        return [link.nextDeadline, due].compactMap { $0 }.min()
    }

    public func poll() {
        link.poll()
        let now = clock.monotonic
        guard link.isReady, !isResting(at: now) else { return }
        let overtaken = schedule.skipped
        defer { if schedule.skipped > overtaken { report(.overtaken(schedule.skipped)) } }
        while let due = schedule.next(
            at: now, utc: clock.utc, where: { board.reading(meter: $0.meter, at: now) != nil })
        {
            guard let reading = board.reading(meter: due.meter, at: now) else { return }
            let payload = due.layout.encode(reading, meter: due.meter)
            do {
                if payload.count > link.maximumPayload && link.maximumPayload < ReadingsLayout.smallestLimit {
                    // Answers to MAC commands take the room: they go ahead in a frame of their own.
                    try link.send(Uplink(port: nil, payload: []))
                } else {
                    let airTime = link.airTime(payloadCount: payload.count)
                    guard mayBegin(airTime, at: now) else { return }
                    try link.send(Uplink(port: due.kind.port, payload: payload))
                    ration?.spend(airTime, at: now)
                    schedule.remove(due)
                    report(.handedOver(due, payload))
                }
                return
            } catch .busy {
                return
            } catch {
                schedule.remove(due)
                report(.refused(due, "\(error)"))
            }
        }
    }

    private func isResting(at now: MonotonicInstant) -> Bool {
        guard let until = restUntil, until > now else {
            restUntil = nil
            return false
        }
        return true
    }

    private func mayBegin(_ airTime: TimeSpan, at now: MonotonicInstant) -> Bool {
        guard let earliest = ration?.earliest(for: airTime, at: now), earliest > now else { return true }
        restUntil = earliest
        report(.rationed(until: earliest))
        return false
    }
}
