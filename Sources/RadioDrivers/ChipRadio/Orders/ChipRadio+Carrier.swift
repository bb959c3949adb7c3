package import LoRaWAN
package import Timekeeping

/// A carrier has no end of its own: the chip sends until it is told otherwise, whatever becomes of this process. So this
/// asks for its end until the chip is seen to obey, by all means that there are; and ``start(at:)``, which every process
/// begins with, ends one that was left behind.
extension ChipRadio {
    /// A power that the amplifier may have for 1 % of the time only no carrier keeps: it has less.
    package func radiate(_ carrier: Carrier, at now: MonotonicInstant) throws(RadioError) {
        if task.isOnAir { throw RadioError("the radio is still sending what was ordered before this") }
        try makeReady(at: now)
        try maintain(at: now)
        try persistently(at: now) { () throws(RadioError) in
            task = .down
            try chip.program(carrier)
            try clearFlagsAndEdges()
            try chip.enter(.carrier)
        }
        task = .radiating(
            ChipTask.Radiation(
                carrier: carrier, startedAt: now, pollAt: min(now + carrier.duration, now + RadioPace.carrier)))
    }

    func follow(_ radiation: ChipTask.Radiation, at now: MonotonicInstant) -> [RadioEvent] {
        guard now >= radiation.pollAt else { return [] }
        var later = radiation
        do throws(RadioError) {
            guard radiation.trouble == nil, now < radiation.endsAt else {
                try end(radiation)
                guard let trouble = radiation.trouble else { return [.transmitted(endedAt: now)] }
                return [.transmitFailed(reason: trouble + "; it was reset and set up anew", at: now)]
            }
            guard try chip.isInOrderedMode() else {
                throw RadioError("the radio left its transmit mode without a word: its supply may have dipped")
            }
            later.pollAt = min(radiation.endsAt, now + RadioPace.carrier)
        } catch {
            later.trouble = error.message
            // At once the first time, and then again and again.
            later.pollAt = radiation.trouble == nil && now < radiation.endsAt ? now : now + RadioPace.carrier
        }
        task = .radiating(later)
        return []
    }

    /// Switches the carrier off, and sees that it is; with a reset, where the chip does not obey.
    func end(_ radiation: ChipTask.Radiation) throws(RadioError) {
        do throws(RadioError) {
            if let trouble = radiation.trouble { throw RadioError(trouble) }
            try chip.settle()
            guard try chip.isInOrderedMode() else { throw RadioError("the radio does not end its carrier") }
            task = .idle
        } catch {
            tally.resets += 1
            do {
                try start(at: radiation.startedAt)
            } catch {
                // It may still send.
                task = .radiating(radiation)
                throw error
            }
        }
    }
}
