public import LoRaWAN
public import Timekeeping

/// A carrier has no end of its own: the chip sends until it is told otherwise, whatever becomes of this process. So this
/// asks for its end until the chip is seen to obey, by all means that there are; and ``start(at:)``, which every process
/// begins with, ends one that was left behind.
extension SX127x {
    /// Between two looks at a carrier, and between two attempts to end one.
    private static let carrierInterval = TimeSpan.seconds(1)

    /// 18 to 20 dBm are for 1 % of the time (datasheet 5.4.3), which no carrier keeps: it has 17 dBm at most.
    public func radiate(_ carrier: Carrier, at now: MonotonicInstant) throws(RadioError) {
        if isOnAir { throw RadioError("the radio is still sending what was ordered before this") }
        try makeReady(at: now)
        try calibrateAfterDrift(at: now)
        try persistently(at: now) { () throws(RadioError) in
            state = .down
            try useFSK()
            try bus.program(SX127xPacketSettings.carrier(carrier, output: configuration.output, model: bus.model))
            try clearFlagsAndEdges()
            try bus.enter(.fskTransmit)
        }
        state = .radiating(
            Radiation(
                carrier: carrier, startedAt: now,
                pollAt: min(now + carrier.duration, now + Self.carrierInterval)))
    }

    func follow(_ radiation: Radiation, at now: MonotonicInstant) -> [RadioEvent] {
        guard now >= radiation.pollAt else { return [] }
        var later = radiation
        do throws(RadioError) {
            guard radiation.trouble == nil, now < radiation.endsAt else {
                try end(radiation)
                guard let trouble = radiation.trouble else { return [.transmitted(endedAt: now)] }
                return [.transmitFailed(reason: trouble + "; it was reset and set up anew", at: now)]
            }
            guard try bus.isInOrderedMode() else {
                throw RadioError("the radio left its transmit mode without a word: its supply may have dipped")
            }
            later.pollAt = min(radiation.endsAt, now + Self.carrierInterval)
        } catch {
            later.trouble = error.message
            // At once the first time, and then again and again.
            later.pollAt = radiation.trouble == nil && now < radiation.endsAt ? now : now + Self.carrierInterval
        }
        state = .radiating(later)
        return []
    }

    /// Switches the carrier off, and sees that it is; with a reset, where the chip does not obey.
    func end(_ radiation: Radiation) throws(RadioError) {
        do throws(RadioError) {
            if let trouble = radiation.trouble { throw RadioError(trouble) }
            try settle()
            guard try bus.isInOrderedMode() else { throw RadioError("the radio does not end its carrier") }
            state = .idle
        } catch {
            tally.resets += 1
            do {
                try start(at: radiation.startedAt)
            } catch {
                // It may still send.
                state = .radiating(radiation)
                throw error
            }
        }
    }
}
