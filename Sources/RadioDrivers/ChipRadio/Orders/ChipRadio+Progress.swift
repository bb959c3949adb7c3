import LoRaWAN
import Timekeeping

/// What becomes of a transmission and of a window, seen at each poll.
extension SX127x {
    // MARK: Sending

    func follow(_ flight: Flight, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        if let edge = try risingEdge(of: dio0, since: flight.startedAt) {
            if try isSent() { return [try finish(flight, endedAt: edge)] }
            tally.spuriousEdges += 1
        }
        if !flight.rest.isEmpty { return try refill(flight, at: now) }
        guard now >= flight.pollAt else { return [] }
        if try isSent() { return [try finishWithoutEdge(flight, at: now)] }
        if try !bus.isInOrderedMode() {
            // It may have ended between the two looks.
            if try isSent() { return [try finishWithoutEdge(flight, at: now)] }
            throw RadioError("the radio left its transmit mode without a word: its supply may have dipped")
        }
        guard now < flight.givesUpAt else { throw overdue(flight, at: now) }
        var later = flight
        later.notDoneAt = now
        later.pollAt = now + Self.pollInterval
        state = .transmitting(later)
        return []
    }

    func overdue(_ flight: Flight, at now: MonotonicInstant) -> RadioError {
        tally.transmitTimeouts += 1
        return RadioError("the radio did not report the end of a frame \(now - flight.dueAt) after it was due")
    }

    private func isSent() throws(RadioError) -> Bool {
        if bus.mode.isLoRa { return try readFlags() & SX127xFlag.transmitDone != 0 }
        return try readPacketFlags() & SX127xPacketFlag.packetSent != 0
    }

    private func finishWithoutEdge(_ flight: Flight, at now: MonotonicInstant) throws(RadioError) -> RadioEvent {
        if dio0 != nil { tally.lostEdges += 1 }
        return try finish(flight, endedAt: min(now, max(flight.dueAt, flight.notDoneAt)))
    }

    private func finish(_ flight: Flight, endedAt: MonotonicInstant) throws(RadioError) -> RadioEvent {
        tally.transmitted += 1
        // The frame has left, whatever becomes of the chip now: a failure shows at the next order.
        do {
            if bus.mode.isLoRa {
                try bus.write(.flags, SX127xFlag.transmitDone)
                try bus.enter(.sleep)
            } else {
                try settle()
            }
            state = .idle
        } catch {
            state = .down
        }
        return .transmitted(endedAt: endedAt)
    }

    // MARK: Receiving

    func open(
        _ window: ReceiveWindow, _ plan: SX127xWindowPlan, plannedAt: MonotonicInstant, at now: MonotonicInstant
    ) throws(RadioError) {
        if try !bus.isInOrderedMode() {
            try startAfterBrownOut(at: now)
            try program(window, plan)
        }
        let isFSK = window.modulation == .fsk
        try bus.enter(isFSK ? .fskReceive : .receiveSingle)
        let symbol = AirTime.symbol(of: window.modulation)
        tally.windows += 1
        tally.worstLateness = max(tally.worstLateness, now - plannedAt)
        if now > window.opensAt + symbol * 2 { tally.lateWindows += 1 }
        let timeout = now + Self.startUp + symbol * Int64(plan.symbols)
        // A preamble cancels the time-out; the longest frame may follow it.
        let longest = AirTime.of(bytes: 255, modulation: window.modulation, hasCRC: true)
        let isTold = isFSK ? dio0 != nil && dio1 != nil : dio1 != nil
        let pollAt = isTold ? timeout + (isFSK ? .zero : Self.edgeTolerance) : timeout + .milliseconds(1)
        state = .listening(
            Listening(
                window: window, startedAt: now, pollAt: isFSK && !isTold ? now + Self.refillInterval : pollAt,
                closesAt: timeout, givesUpAt: timeout + longest + .milliseconds(100)))
    }

    func follow(_ listening: Listening, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        guard listening.window.modulation != .fsk else { return try followPacket(listening, at: now) }
        if let edge = try risingEdge(of: dio0, since: listening.startedAt) {
            let flags = try readFlags()
            if flags & SX127xFlag.receiveDone != 0 { return [try finish(listening, flags: flags, at: edge)] }
            tally.spuriousEdges += 1
        }
        if let edge = try risingEdge(of: dio1, since: listening.startedAt) {
            let flags = try readFlags()
            if flags & SX127xFlag.receiveTimeout != 0 {
                try rest()
                return [.windowClosed(at: edge)]
            }
            tally.spuriousEdges += 1
        }
        guard now >= listening.pollAt else { return [] }
        let flags = try readFlags()
        if flags & SX127xFlag.receiveDone != 0 {
            if dio0 != nil { tally.lostEdges += 1 }
            return [try finish(listening, flags: flags, at: now)]
        }
        if flags & SX127xFlag.receiveTimeout != 0 {
            if dio1 != nil { tally.lostEdges += 1 }
            try rest()
            return [.windowClosed(at: now)]
        }
        guard now < listening.givesUpAt else {
            throw RadioError("the radio did not close its receive window: neither a frame nor a time-out was reported")
        }
        // It may have ended between the two looks; the next one shows how.
        let isListening = try bus.isInOrderedMode()
        guard try isListening ? true : bus.isIn(.standby) else {
            throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
        }
        // A preamble was heard, and DIO0 will tell of its frame.
        var later = listening
        let pause = dio0 == nil ? .zero : AirTime.symbol(of: listening.window.modulation) * 8
        later.pollAt = now + max(Self.pollInterval, pause)
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
            tally.crcErrors += 1
            return nil
        }
        try bus.write(.fifoPointer, try bus.read(.receivedStart))
        let payload = try bus.read(address: SX127xRegister.fifo.rawValue, count: count)
        let snr = Int(Int8(bitPattern: try bus.read(.packetSNR)))
        let rssi = SX127xSettings.signalStrength(
            raw: try bus.read(.packetRSSI), snrQuarters: snr, frequency: frequency, model: bus.model)
        tally.received += 1
        return ReceivedFrame(payload: payload, at: end, rssi: rssi, snrQuarters: snr)
    }
}
