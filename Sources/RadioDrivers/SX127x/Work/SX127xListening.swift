public import LoRaWAN
public import Timekeeping

/// Reception without an end: class C, and listening to a channel before talking on it.
extension SX127x {
    public func listen(_ reception: ContinuousReception, at now: MonotonicInstant) throws(RadioError) {
        if case .transmitting = state { throw RadioError("the radio is still sending: it cannot listen yet") }
        try makeReady(at: now)
        try receiveContinuously(frequency: reception.frequency, modulation: reception.modulation)
        state = .continuous(
            Continuous(reception: reception, startedAt: now, pollAt: now + continuousInterval))
    }

    func beginSensing(_ transmission: Transmission, _ sense: CarrierSense, at now: MonotonicInstant)
        throws(RadioError)
    {
        try receiveContinuously(frequency: transmission.frequency, modulation: transmission.modulation)
        state = .sensing(
            Sensing(
                transmission: transmission, sense: sense, endsAt: now + sense.duration, pollAt: now + Self.senseInterval
            ))
    }

    func receiveContinuously(
        frequency: Int, modulation: Modulation, invertedIQ: Bool = true
    ) throws(RadioError) {
        do {
            try bus.enter(.standby)
            try bus.write(
                SX127xSettings.receive(frequency: frequency, modulation: modulation, invertedIQ: invertedIQ))
            try clearFlagsAndEdges()
            try bus.enter(.receiveContinuous)
        } catch {
            state = .down
            throw error
        }
    }

    func follow(_ continuous: Continuous, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        var later = continuous
        let edge = try risingEdge(since: continuous.startedAt)
        var events: [RadioEvent] = []
        if edge != nil || now >= continuous.pollAt {
            later.pollAt = now + continuousInterval
            let flags = try readFlags()
            if flags & SX127xFlag.receiveDone != 0 {
                if edge == nil, dio0 != nil { counters.lostEdges += 1 }
                let end = edge ?? now
                let frame = try takeFrame(flags: flags, frequency: continuous.reception.frequency, at: end)
                // The chip listens on by itself; the next frame is written behind this one.
                try bus.write(.flags, SX127xFlag.all)
                if let frame { events = [.received(frame)] }
            } else if try bus.read(.mode) != SX127xMode.receiveContinuous.rawValue {
                throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
            }
        }
        state = .continuous(later)
        if let leavesAt = continuous.leavesAt, now >= leavesAt, let window = continuous.next {
            state = .idle
            try receive(window, at: now)
        }
        return events
    }

    func follow(_ sensing: Sensing, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        guard now >= sensing.pollAt else { return [] }
        let strength = SX127xSettings.channelStrength(
            raw: try bus.read(.presentRSSI), frequency: sensing.transmission.frequency)
        guard strength <= sensing.sense.threshold else {
            try rest()
            return [.channelBusy(rssi: strength, at: now)]
        }
        if now >= sensing.endsAt {
            try send(sensing.transmission, at: now)
        } else {
            var later = sensing
            later.pollAt = min(now + Self.senseInterval, max(sensing.endsAt, now))
            state = .sensing(later)
        }
        return []
    }
}
