import LoRaWAN
import Timekeeping

/// What becomes of a transmission and of a window, seen at each poll.
extension SX127x {
    // MARK: Sending

    func follow(_ flight: Flight, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        if let edge = try risingEdge(since: flight.startedAt) {
            if try readFlags() & SX127xFlag.transmitDone != 0 { return [try finish(flight, endedAt: edge)] }
            counters.spuriousEdges += 1
        }
        guard now >= flight.pollAt else { return [] }
        if try readFlags() & SX127xFlag.transmitDone != 0 {
            if dio0 != nil { counters.lostEdges += 1 }
            return [try finish(flight, endedAt: min(now, max(flight.dueAt, flight.notDoneAt)))]
        }
        guard now < flight.givesUpAt else {
            counters.transmitTimeouts += 1
            let waited = now - flight.dueAt
            throw RadioError("the radio did not report the end of a frame \(waited) after it was due")
        }
        var later = flight
        later.notDoneAt = now
        later.pollAt = now + Self.pollInterval
        state = .transmitting(later)
        return []
    }

    private func finish(_ flight: Flight, endedAt: MonotonicInstant) throws(RadioError) -> RadioEvent {
        counters.transmitted += 1
        state = .idle
        // The frame has left, whatever becomes of the chip now: a failure shows at the next order.
        do {
            try bus.write(.flags, SX127xFlag.transmitDone)
            try bus.enter(.sleep)
        } catch {
            state = .down
        }
        return .transmitted(endedAt: endedAt)
    }

    /// The chip never raises all eight flags: those that are not wanted are masked.
    func readFlags() throws(RadioError) -> UInt8 {
        let flags = try bus.read(.flags)
        guard flags != SX127xFlag.all else {
            throw RadioError(
                "the radio does not answer any more, its flags read 0xFF: its supply or the SPI wires were interrupted")
        }
        return flags
    }

    // MARK: Receiving

    func open(
        _ window: ReceiveWindow, plannedAt: MonotonicInstant, symbols: Int, at now: MonotonicInstant
    ) throws(RadioError) {
        state = .down
        try bus.enter(.receiveSingle)
        let symbol = AirTime.symbol(of: window.modulation)
        counters.windows += 1
        counters.worstLateness = max(counters.worstLateness, now - plannedAt)
        if now > window.opensAt + symbol * 2 { counters.lateWindows += 1 }
        let timeout = now + Self.startUp + symbol * Int64(symbols)
        // A preamble cancels the time-out; the longest frame may follow it.
        let longest = AirTime.of(bytes: 255, modulation: window.modulation, hasCRC: true)
        state = .listening(
            Listening(
                window: window, startedAt: now, pollAt: timeout + .milliseconds(1),
                givesUpAt: timeout + longest + .milliseconds(100)))
    }

    func follow(_ listening: Listening, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        if let edge = try risingEdge(since: listening.startedAt) {
            let flags = try readFlags()
            if flags & SX127xFlag.receiveDone != 0 { return [try finish(listening, flags: flags, at: edge)] }
            counters.spuriousEdges += 1
        }
        guard now >= listening.pollAt else { return [] }
        let flags = try readFlags()
        if flags & SX127xFlag.receiveDone != 0 {
            if dio0 != nil { counters.lostEdges += 1 }
            return [try finish(listening, flags: flags, at: now)]
        }
        if flags & SX127xFlag.receiveTimeout != 0 {
            try rest()
            return [.windowClosed(at: now)]
        }
        // It may have ended between the two looks; the next one shows how.
        let mode = try bus.read(.mode)
        guard mode == SX127xMode.receiveSingle.rawValue || mode == SX127xMode.standby.rawValue else {
            throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
        }
        guard now < listening.givesUpAt else {
            throw RadioError("the radio did not close its receive window: neither a frame nor a time-out was reported")
        }
        var later = listening
        later.pollAt = now + Self.pollInterval
        state = .listening(later)
        return []
    }

    private func finish(
        _ listening: Listening, flags: UInt8, at end: MonotonicInstant
    ) throws(RadioError) -> RadioEvent {
        let frame = try takeFrame(flags: flags, frequency: listening.window.frequency, at: end)
        try rest()
        return frame.map { .received($0) } ?? .windowClosed(at: end)
    }

    /// Reads a frame that is done; nil when it is damaged.
    func takeFrame(flags: UInt8, frequency: Int, at end: MonotonicInstant) throws(RadioError) -> ReceivedFrame? {
        let hasCRC = try bus.read(.hopChannel) & 0x40 != 0
        let count = Int(try bus.read(.receivedCount))
        guard count > 0, !(hasCRC && flags & SX127xFlag.crcError != 0) else {
            counters.crcErrors += 1
            return nil
        }
        try bus.write(.fifoPointer, try bus.read(.receivedStart))
        let payload = try bus.read(.fifo, count: count)
        let snr = Int(Int8(bitPattern: try bus.read(.packetSNR)))
        let rssi = SX127xSettings.signalStrength(
            raw: try bus.read(.packetRSSI), snrQuarters: snr, frequency: frequency)
        counters.received += 1
        return ReceivedFrame(payload: payload, at: end, rssi: rssi, snrQuarters: snr)
    }
}
