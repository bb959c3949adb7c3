import LoRaWAN
import Timekeeping

/// A window, from its opening to its end.
extension ChipRadio {
    /// All that a window needs but its mode.
    func program(_ window: ReceiveWindow, _ plan: WindowPlan) throws(RadioError) {
        try chip.program(window, symbols: plan.symbols)
        try clearFlagsAndEdges()
    }

    func open(
        _ window: ReceiveWindow, _ plan: WindowPlan, plannedAt: MonotonicInstant, at now: MonotonicInstant
    ) throws(RadioError) {
        if try !chip.isInOrderedMode() {
            try startAfterBrownOut(at: now)
            try program(window, plan)
        }
        try chip.enter(.window)
        let symbol = AirTime.symbol(of: window.modulation)
        tally.windows += 1
        tally.worstLateness = max(tally.worstLateness, now - plannedAt)
        if now > window.opensAt + symbol * 2 { tally.lateWindows += 1 }
        let timeout = now + chip.startUp + symbol * Int64(plan.symbols)
        // A preamble cancels the time-out; the longest frame may follow it.
        let longest = AirTime.of(bytes: 255, modulation: window.modulation, hasCRC: true)
        task = .listening(
            ChipTask.Listening(
                window: window, startedAt: now,
                pollAt: firstLook(at: window.modulation, opened: now, timeout: timeout), closesAt: timeout,
                givesUpAt: timeout + longest + .milliseconds(100)))
    }

    private func firstLook(
        at modulation: Modulation, opened: MonotonicInstant, timeout: MonotonicInstant
    ) -> MonotonicInstant {
        if fifo(for: modulation) != nil { return isFullyWired ? timeout : opened + RadioPace.refill }
        return timeout + (chip.lines.closing == nil ? .milliseconds(1) : RadioPace.edgeTolerance)
    }

    func follow(_ listening: ChipTask.Listening, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        if let fifo = fifo(for: listening.window.modulation) { return try serve(fifo, listening, at: now) }
        if let edge = try risingEdge(of: chip.lines.done, since: listening.startedAt) {
            let flags = try chip.flags()
            if flags.contains(.frame) { return [try finish(listening, flags: flags, at: edge)] }
            if chip.lines.areOne, flags.contains(.empty) { return try close(at: edge) }
            tally.spuriousEdges += 1
        }
        if let edge = try risingEdge(of: chip.lines.closing, since: listening.startedAt) {
            if try chip.flags().contains(.empty) { return try close(at: edge) }
            tally.spuriousEdges += 1
        }
        guard now >= listening.pollAt else { return [] }
        let flags = try chip.flags()
        if flags.contains(.frame) {
            if hasEdge { tally.lostEdges += 1 }
            return [try finish(listening, flags: flags, at: now)]
        }
        if flags.contains(.empty) {
            if chip.lines.closing != nil { tally.lostEdges += 1 }
            return try close(at: now)
        }
        try checkThatItIsOpen(listening, at: now)
        // A preamble was heard, and an edge will tell of its frame.
        var later = listening
        let pause = hasEdge ? AirTime.symbol(of: listening.window.modulation) * 8 : .zero
        later.pollAt = now + max(RadioPace.poll, pause)
        task = .listening(later)
        return []
    }

    private func checkThatItIsOpen(_ listening: ChipTask.Listening, at now: MonotonicInstant) throws(RadioError) {
        guard now < listening.givesUpAt else {
            throw RadioError("the radio did not close its receive window: neither a frame nor a time-out was reported")
        }
        // It may have ended between the two looks; the next one shows how.
        let isListening = try chip.isInOrderedMode()
        guard try isListening ? true : chip.isWaiting() else {
            throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
        }
    }

    /// Ends a window without a frame.
    func close(at end: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        try rest()
        return [.windowClosed(at: end)]
    }

    private func finish(
        _ listening: ChipTask.Listening, flags: ChipFlags, at end: MonotonicInstant
    ) throws(RadioError) -> RadioEvent {
        let frame = try takeFrame(flags, frequency: listening.window.frequency, at: end)
        try rest()
        return frame.map { .received($0) } ?? .windowClosed(at: end)
    }

    /// Reads a frame that is done; nil when it is damaged.
    func takeFrame(
        _ flags: ChipFlags, frequency: Int, at end: MonotonicInstant
    ) throws(RadioError) -> ReceivedFrame? {
        guard let frame = try chip.takeFrame(flags, frequency: frequency, at: end) else {
            tally.crcErrors += 1
            return nil
        }
        tally.received += 1
        return frame
    }
}
