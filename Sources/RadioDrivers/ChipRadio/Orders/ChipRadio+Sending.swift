import LoRaWAN
import Timekeeping

/// A transmission, from its order to its end.
extension ChipRadio {
    func send(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        let airTime = try program(transmission, at: now)
        try begin(transmission, airTime: airTime, at: now)
    }

    /// Programs a transmission whose time is to come.
    func load(_ transmission: Transmission, until start: MonotonicInstant, at now: MonotonicInstant) throws(RadioError)
    {
        let airTime = try program(transmission, at: now)
        task = .loaded(
            ChipTask.Loaded(transmission: transmission, airTime: airTime, leavesAt: start - chip.startUp))
    }

    /// Nobody listens for what begins more than two symbols late.
    func follow(_ loaded: ChipTask.Loaded, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        guard now >= loaded.leavesAt else { return [] }
        let late = now - loaded.leavesAt
        guard late <= AirTime.symbol(of: loaded.transmission.modulation) * 2 else {
            task = .down
            try rest()
            return [.transmitFailed(reason: "its time was \(late) ago when this machine came to it", at: now)]
        }
        try begin(loaded.transmission, airTime: loaded.airTime, at: now)
        return []
    }

    private func program(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) -> TimeSpan {
        let airTime = AirTime.of(
            bytes: transmission.payload.count, modulation: transmission.modulation, hasCRC: !transmission.isDownlink)
        let transmission = sparingAmplifier(transmission, airTime: airTime, at: now)
        task = .down
        try chip.program(transmission)
        try clearFlagsAndEdges()
        return airTime
    }

    private func begin(
        _ transmission: Transmission, airTime: TimeSpan, at now: MonotonicInstant
    ) throws(RadioError) {
        try chip.enter(.transmit)
        let due = now + chip.startUp + airTime
        let isFSK = transmission.modulation == .fsk
        task = .transmitting(
            ChipTask.Flight(
                startedAt: now, dueAt: due,
                pollAt: isFed ? now + RadioPace.refill : fallback(after: due, isFSK: isFSK),
                notDoneAt: now, bytes: transmission.payload.count, isFSK: isFSK))
    }

    /// More than that is for 1 % of the time.
    private func sparingAmplifier(
        _ transmission: Transmission, airTime: TimeSpan, at now: MonotonicInstant
    ) -> Transmission {
        guard let limit = chip.unrestingPower, transmission.power > limit else { return transmission }
        if let until = fullPowerRestsUntil, now < until {
            tally.reducedPowers += 1
            return Transmission(
                payload: transmission.payload, frequency: transmission.frequency,
                modulation: transmission.modulation, power: limit, isDownlink: transmission.isDownlink,
                startsAt: transmission.startsAt)
        }
        fullPowerRestsUntil = now + airTime * 100
        return transmission
    }

    /// When the flags are asked for what an edge is to tell at `due`. Behind an FSK packet a chip may send on until it is
    /// stopped (SX1276 datasheet 4.2.13.3): there the edge is not waited for.
    private func fallback(after due: MonotonicInstant, isFSK: Bool) -> MonotonicInstant {
        hasEdge ? due + (isFSK ? .milliseconds(1) : RadioPace.edgeTolerance) : due
    }

    private var isFed: Bool { chip.packets?.hasMoreToSend ?? false }

    func follow(_ flight: ChipTask.Flight, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        if let edge = try risingEdge(of: chip.lines.done, since: flight.startedAt) {
            if try isSent() { return [try finish(flight, endedAt: edge)] }
            tally.spuriousEdges += 1
        }
        if let fifo = chip.packets, fifo.hasMoreToSend { return try refill(fifo, flight, at: now) }
        guard now >= flight.pollAt else { return [] }
        if try isSent() { return [try finishWithoutEdge(flight, at: now)] }
        if try !chip.isInOrderedMode() {
            // It may have ended between the two looks.
            if try isSent() { return [try finishWithoutEdge(flight, at: now)] }
            throw RadioError("the radio left its transmit mode without a word: its supply may have dipped")
        }
        guard now < flight.givesUpAt else { throw overdue(flight, at: now) }
        var later = flight
        later.notDoneAt = now
        later.pollAt = now + RadioPace.poll
        task = .transmitting(later)
        return []
    }

    private func refill(
        _ fifo: any PacketFIFO, _ flight: ChipTask.Flight, at now: MonotonicInstant
    ) throws(RadioError) -> [RadioEvent] {
        let edge = try anyEdge(of: chip.lines.closing)
        guard edge || now >= flight.pollAt else { return [] }
        let want = try fifo.want()
        guard want != .starved else {
            tally.fifoTroubles += 1
            throw RadioError(
                "the radio ran out of bytes in an FSK packet of \(flight.bytes) bytes: this machine was too "
                    + "slow; give the service CAP_SYS_NICE, or let the network use LoRa")
        }
        // A chip that hangs takes nothing from its FIFO.
        guard now < flight.givesUpAt else { throw overdue(flight, at: now) }
        if want == .more { try fifo.feed() }
        var later = flight
        later.pollAt = fifo.hasMoreToSend ? now + RadioPace.refill : fallback(after: flight.dueAt, isFSK: true)
        task = .transmitting(later)
        return []
    }

    private func overdue(_ flight: ChipTask.Flight, at now: MonotonicInstant) -> RadioError {
        tally.transmitTimeouts += 1
        return RadioError("the radio did not report the end of a frame \(now - flight.dueAt) after it was due")
    }

    private func isSent() throws(RadioError) -> Bool { try chip.flags().contains(.sent) }

    private func finishWithoutEdge(
        _ flight: ChipTask.Flight, at now: MonotonicInstant
    ) throws(RadioError) -> RadioEvent {
        if hasEdge { tally.lostEdges += 1 }
        return try finish(flight, endedAt: min(now, max(flight.dueAt, flight.notDoneAt)))
    }

    private func finish(_ flight: ChipTask.Flight, endedAt: MonotonicInstant) throws(RadioError) -> RadioEvent {
        tally.transmitted += 1
        // The frame has left, whatever becomes of the chip now: a failure shows at the next order.
        do {
            try chip.finishTransmission()
            task = .idle
        } catch {
            task = .down
        }
        return .transmitted(endedAt: endedAt)
    }
}
