import LoRaWAN
import Timekeeping

/// Reception without an end: class C, and listening to a channel before talking on it.
extension ChipRadio {
    /// - Parameter uplinks: hears what devices send, instead of what gateways send.
    func listen(_ reception: ContinuousReception, uplinks: Bool, at now: MonotonicInstant) throws(RadioError) {
        if task.isOnAir { throw RadioError("the radio is still sending: it cannot listen yet") }
        try makeReady(at: now)
        try persistently(at: now) { () throws(RadioError) in try receiveContinuously(reception, uplinks: uplinks) }
        task = .continuous(
            ChipTask.Continuous(
                reception: reception, startedAt: now, pollAt: now + continuousInterval(reception.modulation)))
    }

    func receiveContinuously(_ reception: ContinuousReception, uplinks: Bool = false) throws(RadioError) {
        task = .down
        try chip.program(reception, uplinks: uplinks)
        try clearFlagsAndEdges()
        try chip.enter(.continuous)
    }

    /// Between two looks at the flags while listening continuously: no line is wired, or an edge of it was lost. A FIFO
    /// holds only the first 10 ms of an FSK packet, and a line tells that it fills.
    private func continuousInterval(_ modulation: Modulation) -> TimeSpan {
        if fifo(for: modulation) != nil { return isFullyWired ? .seconds(1) : RadioPace.refill }
        return hasEdge ? .seconds(1) : .milliseconds(20)
    }

    func follow(_ continuous: ChipTask.Continuous, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        var later = continuous
        let edge = try risingEdge(of: chip.lines.done, since: continuous.startedAt)
        let isFilling = try anyEdge(of: chip.lines.closing)
        var events: [RadioEvent] = []
        if edge != nil || isFilling || now >= continuous.pollAt {
            later.pollAt = now + continuousInterval(continuous.reception.modulation)
            if let fifo = fifo(for: continuous.reception.modulation) {
                events = try takePacket(fifo, of: &later, edge: edge, at: now)
            } else {
                events = try takeFrame(of: continuous, edge: edge, at: now)
            }
        }
        task = .continuous(later)
        if let leavesAt = continuous.leavesAt, now >= leavesAt, let window = continuous.next {
            // What is listened to ends here, so that the window is programmed at once.
            try chip.settle()
            task = .idle
            try receive(window, at: now)
        }
        return events
    }

    private func takeFrame(
        of continuous: ChipTask.Continuous, edge: MonotonicInstant?, at now: MonotonicInstant
    ) throws(RadioError) -> [RadioEvent] {
        let flags = try chip.flags()
        guard flags.contains(.frame) else {
            try checkThatItListens()
            return []
        }
        if edge == nil, hasEdge { tally.lostEdges += 1 }
        let frame = try takeFrame(flags, frequency: continuous.reception.frequency, at: edge ?? now)
        try chip.listenOn()
        return frame.map { [.received($0)] } ?? []
    }

    private func takePacket(
        _ fifo: any PacketFIFO, of continuous: inout ChipTask.Continuous, edge: MonotonicInstant?,
        at now: MonotonicInstant
    ) throws(RadioError) -> [RadioEvent] {
        let frame: ReceivedFrame?
        switch try take(fifo, frequency: continuous.reception.frequency, at: edge ?? now) {
        case .over(let whole): frame = whole
        case .more:
            continuous.pollAt = now + RadioPace.refill
            return []
        case .nothing:
            try checkThatItListens()
            guard try fifo.isMisled(at: now) else { return [] }
            frame = nil
        }
        // The receiver waits for the packet to be taken, and is started again.
        continuous.startedAt = now
        try fifo.endReception()
        try clearFlagsAndEdges()
        try chip.enter(.continuous)
        return frame.map { [.received($0)] } ?? []
    }

    private func checkThatItListens() throws(RadioError) {
        guard try chip.isInOrderedMode() else {
            throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
        }
    }

    // MARK: Listen before talk

    func beginSensing(_ transmission: Transmission, _ sense: CarrierSense, at now: MonotonicInstant)
        throws(RadioError)
    {
        try receiveContinuously(
            ContinuousReception(frequency: transmission.frequency, modulation: transmission.modulation))
        task = .sensing(
            ChipTask.Sensing(
                transmission: transmission, sense: sense, endsAt: now + sense.duration, pollAt: now + RadioPace.sense))
    }

    func follow(_ sensing: ChipTask.Sensing, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        guard now >= sensing.pollAt else { return [] }
        let strength = try chip.strength(
            frequency: sensing.transmission.frequency, modulation: sensing.transmission.modulation)
        guard strength <= sensing.sense.threshold else {
            try rest()
            return [.channelBusy(rssi: strength, at: now)]
        }
        if now >= sensing.endsAt {
            try send(sensing.transmission, at: now)
        } else {
            var later = sensing
            later.pollAt = min(now + RadioPace.sense, max(sensing.endsAt, now))
            task = .sensing(later)
        }
        return []
    }
}
