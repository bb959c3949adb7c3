public import LoRaWAN
public import Timekeeping

/// Reception without an end: class C, and listening to a channel before talking on it.
extension SX127x {
    public func listen(_ reception: ContinuousReception, at now: MonotonicInstant) throws(RadioError) {
        try listen(reception, uplinks: false, at: now)
    }

    /// - Parameter uplinks: hears what devices send, instead of what gateways send.
    func listen(_ reception: ContinuousReception, uplinks: Bool, at now: MonotonicInstant) throws(RadioError) {
        if isOnAir { throw RadioError("the radio is still sending: it cannot listen yet") }
        try makeReady(at: now)
        try persistently(at: now) { () throws(RadioError) in
            try receiveContinuously(
                frequency: reception.frequency, modulation: reception.modulation, invertedIQ: !uplinks)
        }
        state = .continuous(
            Continuous(
                reception: reception, startedAt: now, pollAt: now + continuousInterval(reception.modulation)))
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
        state = .down
        switch modulation {
        case .lora(let lora):
            try useLoRa()
            try bus.program(
                SX127xSettings.receive(frequency: frequency, lora: lora, invertedIQ: invertedIQ, model: bus.model))
            try clearFlagsAndEdges()
            try bus.enter(.receiveContinuous)
        case .fsk:
            try useFSK()
            try bus.program(SX127xPacketSettings.receive(frequency: frequency))
            try clearFlagsAndEdges()
            try bus.enter(.fskReceive)
        }
    }

    func follow(_ continuous: Continuous, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        var later = continuous
        let edge = try risingEdge(of: dio0, since: continuous.startedAt)
        let isFilling = try risingOrFallingEdge()
        var events: [RadioEvent] = []
        if edge != nil || isFilling || now >= continuous.pollAt {
            later.pollAt = now + continuousInterval(continuous.reception.modulation)
            switch continuous.reception.modulation {
            case .lora: events = try takeFrame(of: continuous, edge: edge, at: now)
            case .fsk: events = try takePacket(of: &later, edge: edge, at: now)
            }
        }
        state = .continuous(later)
        if let leavesAt = continuous.leavesAt, now >= leavesAt, let window = continuous.next {
            // What is listened to ends here, so that the window is programmed at once.
            try settle()
            state = .idle
            try receive(window, at: now)
        }
        return events
    }

    private func takeFrame(
        of continuous: Continuous, edge: MonotonicInstant?, at now: MonotonicInstant
    ) throws(RadioError) -> [RadioEvent] {
        let flags = try readFlags()
        guard flags & SX127xFlag.receiveDone != 0 else {
            try checkThatItListens()
            return []
        }
        if edge == nil, dio0 != nil { tally.lostEdges += 1 }
        let frame = try takeFrame(flags: flags, frequency: continuous.reception.frequency, at: edge ?? now)
        // The chip listens on by itself; the next frame is written behind this one.
        try bus.write(.flags, SX127xFlag.all)
        return frame.map { [.received($0)] } ?? []
    }

    private func takePacket(
        of continuous: inout Continuous, edge: MonotonicInstant?, at now: MonotonicInstant
    ) throws(RadioError) -> [RadioEvent] {
        let frame: ReceivedFrame?
        switch try take(&continuous.packet, frequency: continuous.reception.frequency, at: edge ?? now) {
        case .frame(let whole): frame = whole
        case .more:
            continuous.pollAt = now + Self.refillInterval
            return []
        case .nothing:
            try checkThatItListens()
            guard try isMisled(&continuous.packet, at: now) else { return [] }
            frame = nil
        }
        // The receiver waits for the packet to be taken, and is started again.
        continuous.packet = Packet()
        continuous.startedAt = now
        try bus.enter(.fskStandby)
        try clearFlagsAndEdges()
        try bus.enter(.fskReceive)
        return frame.map { [.received($0)] } ?? []
    }

    private func checkThatItListens() throws(RadioError) {
        guard try bus.isInOrderedMode() else {
            throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
        }
    }

    func follow(_ sensing: Sensing, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        guard now >= sensing.pollAt else { return [] }
        let strength = try presentStrength(
            frequency: sensing.transmission.frequency, modulation: sensing.transmission.modulation)
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

    func presentStrength(frequency: Int, modulation: Modulation) throws(RadioError) -> Int {
        switch modulation {
        case .lora:
            SX127xSettings.channelStrength(raw: try bus.read(.presentRSSI), frequency: frequency, model: bus.model)
        case .fsk: try packetStrength()
        }
    }
}
