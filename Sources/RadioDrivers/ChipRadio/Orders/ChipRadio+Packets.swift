import LoRaWAN
import Timekeeping

/// Windows in FSK where the chip's FIFO has to be served.
extension ChipRadio {
    func fifo(for modulation: Modulation) -> (any PacketFIFO)? { modulation == .fsk ? chip.packets : nil }

    /// Whether edges tell all that a FIFO wants.
    var isFullyWired: Bool { hasEdge && chip.lines.closing != nil }

    func serve(
        _ fifo: any PacketFIFO, _ listening: ChipTask.Listening, at now: MonotonicInstant
    ) throws(RadioError) -> [RadioEvent] {
        let edge = try risingEdge(of: chip.lines.done, since: listening.startedAt)
        let isFilling = try anyEdge(of: chip.lines.closing)
        guard edge != nil || isFilling || now >= listening.pollAt else { return [] }
        switch try take(fifo, frequency: listening.window.frequency, at: edge ?? now) {
        case .over(let frame):
            if edge == nil, isFullyWired { tally.lostEdges += 1 }
            try rest()
            return [frame.map { .received($0) } ?? .windowClosed(at: edge ?? now)]
        case .more: break
        case .nothing:
            if edge != nil { tally.spuriousEdges += 1 }
        }
        if now >= listening.closesAt, try isOver(fifo, listening, at: now) { return try close(at: now) }
        var later = listening
        let isTold = isFullyWired && now < listening.closesAt && !fifo.isFilling
        later.pollAt = isTold ? listening.closesAt : now + RadioPace.refill
        task = .listening(later)
        return []
    }

    private func isOver(
        _ fifo: any PacketFIFO, _ listening: ChipTask.Listening, at now: MonotonicInstant
    ) throws(RadioError) -> Bool {
        guard try chip.isInOrderedMode() else {
            throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
        }
        let isComing = try fifo.isComing()
        // Noise looks like a preamble too: then nothing follows.
        return !isComing || now >= listening.givesUpAt
    }

    enum Taken {
        case nothing
        /// The packet is on its way.
        case more
        /// nil: it was damaged, or not taken in time.
        case over(ReceivedFrame?)
    }

    /// Takes what the FIFO holds of a packet, and the frame when it is whole.
    func take(_ fifo: any PacketFIFO, frequency: Int, at end: MonotonicInstant) throws(RadioError) -> Taken {
        switch try fifo.take(frequency: frequency, at: end) {
        case .nothing: return .nothing
        case .more: return .more
        case .frame(let frame):
            tally.received += 1
            return .over(frame)
        case .damaged:
            tally.crcErrors += 1
            return .over(nil)
        case .overrun:
            tally.fifoTroubles += 1
            return .over(nil)
        }
    }
}
