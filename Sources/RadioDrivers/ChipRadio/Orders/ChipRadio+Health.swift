import LoRaWAN
import Timekeeping

/// What keeps the chip well: a look at its settings ahead of each order, calibration when the temperature drifts, rest for the
/// amplifier, and a new start when something failed.
extension SX127x {
    /// How often the temperature is looked at, ahead of an uplink.
    static let temperatureInterval = TimeSpan.minutes(10)
    /// Kelvin after which the image is calibrated again (datasheet 2.1.3.8 recommends 10).
    static let driftLimit = 10

    /// Brings the chip up where it is down, and where its supply dipped unseen: the mode and the sync word are then those
    /// after a reset.
    func makeReady(at now: MonotonicInstant) throws(RadioError) {
        switch state {
        case .down: return try start(at: now)
        case .idle, .armed, .continuous: break
        case .transmitting, .listening, .sensing, .radiating: return
        }
        if try !hasKeptSettings() { try startAfterBrownOut(at: now) }
    }

    func startAfterBrownOut(at now: MonotonicInstant) throws(RadioError) {
        tally.resets += 1
        try start(at: now)
        // Otherwise it is worse.
        tally.brownOuts += 1
    }

    private func hasKeptSettings() throws(RadioError) -> Bool {
        guard try bus.isInOrderedMode() else { return false }
        return try bus.mode.isLoRa
            ? bus.read(.syncWord) == SX127xSettings.syncWord : bus.read(.syncWord1) == SX127xPacketSettings.syncWord[0]
    }

    /// Carries an order out, and once more on a chip that was reset and set up anew where it could not.
    func persistently(at now: MonotonicInstant, _ work: () throws(RadioError) -> Void) throws(RadioError) {
        do {
            try work()
        } catch {
            tally.resets += 1
            try start(at: now)
            try work()
        }
    }

    /// Calibrates the image anew when the temperature has drifted from that of the last calibration.
    func calibrateAfterDrift(at now: MonotonicInstant) throws(RadioError) {
        guard now >= calibration.checkAt else { return }
        state = .down
        try settle()
        let temperature = try measureTemperature()
        calibration.checkAt = now + Self.temperatureInterval
        if abs(temperature - calibration.temperature) >= Self.driftLimit {
            tally.recalibrations += 1
            try calibrate()
            calibration.temperature = temperature
        }
        state = .idle
    }

    /// More than 17 dBm are for 1 % of the time (datasheet 5.4.3).
    func sparingAmplifier(
        _ transmission: Transmission, airTime: TimeSpan, at now: MonotonicInstant
    ) -> Transmission {
        guard configuration.output == .boost, transmission.power > 17 else { return transmission }
        if let until = fullPowerRestsUntil, now < until {
            tally.reducedPowers += 1
            return Transmission(
                payload: transmission.payload, frequency: transmission.frequency,
                modulation: transmission.modulation, power: 17)
        }
        fullPowerRestsUntil = now + airTime * 100
        return transmission
    }

    /// Resets the chip and restores everything (LoRaMac-node 538, 627: a partial recovery leaves it on a wrong carrier).
    func recover(from reason: String, isSending: Bool, at now: MonotonicInstant) -> RadioEvent {
        tally.resets += 1
        var report = reason
        do {
            try start(at: now)
            report += "; it was reset and set up anew"
        } catch {
            report += "; setting it up anew failed too: " + error.message
        }
        guard !isSending else { return .transmitFailed(reason: report, at: now) }
        tally.windowFailures += 1
        return .windowFailed(reason: report, at: now)
    }
}
