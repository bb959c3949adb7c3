import HardwareInterfaces
package import Timekeeping

/// Reset, identity, calibration and the settings that stay.
extension SX127xChip {
    /// How often the temperature is looked at, ahead of an uplink.
    private static let temperatureInterval = TimeSpan.minutes(10)
    /// Kelvin after which the image is calibrated again (datasheet 2.1.3.8 recommends 10).
    private static let driftLimit = 10

    package func start(at now: MonotonicInstant) throws(RadioError) {
        bus.model = try resetAndIdentify()
        model = bus.model
        // From whatever mode it is in, with or without a reset: first to sleep in its own modem, then to the other.
        try bus.enter(try bus.read(.mode) & 0x80 == 0 ? .fskSleep : .sleep)
        try bus.enter(.fskSleep)
        try calibrate()
        calibratedTemperature = try readTemperature()
        maintenanceAt = now + Self.temperatureInterval
        for setting in SX127xSettings.common(syncWord) { try bus.write(setting) }
        try checkThatSettingsStay()
        // All of them, with a second try: a preamble of another length would be air-time that nobody accounts for.
        try bus.program(SX127xSettings.common(syncWord))
    }

    /// After a reset the mode, the receiver's gain and the public sync word are others.
    package func hasKeptSettings() throws(RadioError) -> Bool {
        guard try bus.isInOrderedMode() else { return false }
        guard bus.mode.isLoRa else { return try bus.read(.syncWord1) == SX127xPacketSettings.syncWord[0] }
        guard try bus.read(.syncWord) == SX127xSettings.syncWord(syncWord) else { return false }
        if syncWord == .publicNetwork { return true }
        return try bus.read(.lowNoiseAmplifier) == SX127xSettings.amplifierGain
    }

    /// Calibrates the image anew when the temperature has drifted from that of the last calibration.
    package func maintain(at now: MonotonicInstant) throws(RadioError) -> Bool {
        try settle()
        let temperature = try readTemperature()
        maintenanceAt = now + Self.temperatureInterval
        guard abs(temperature - calibratedTemperature) >= Self.driftLimit else { return false }
        try calibrate()
        calibratedTemperature = temperature
        return true
    }

    /// The level of the reset pin depends on the chip, and which chip it is shows only when it is not in reset: the one
    /// that is known, or likely, is tried first.
    private func resetAndIdentify() throws(RadioError) -> Model {
        let first = model ?? .sx1276
        var version: UInt8 = 0
        for candidate in [first] + Model.allCases.filter({ $0 != first }) {
            try pulseReset(candidate.resetLevel)
            version = try bus.read(.version)
            guard let found = Model(version: version) else { continue }
            guard found == candidate || reset == nil else { continue }
            if reset != nil { isResetWired = try bus.read(.carrierHigh) == found.carrierAfterReset }
            return found
        }
        if let found = Model(version: version) { return found }
        // It was this chip before: should it be sending, by an order that noise made of another, it is to end that.
        if model != nil { try bus.enter(try bus.read(.mode) & 0x80 == 0 ? .fskSleep : .sleep) }
        throw Self.explain(version: version)
    }

    /// At least 100 us at the level that resets, released to float, 5 ms until the chip is ready (datasheet 7.2.2). A mark in
    /// a register shows whether it had an effect.
    private func pulseReset(_ level: PinLevel) throws(RadioError) {
        guard let reset else { return }
        try bus.write(.carrierHigh, 0x5A)
        do {
            try reset.set(level)
            pause(.microseconds(200))
            try reset.set(.floating)
        } catch {
            throw RadioError("the reset line cannot be driven: \(error)")
        }
        pause(.milliseconds(6))
    }

    private static func explain(version: UInt8) -> RadioError {
        switch version {
        case 0x00:
            RadioError(
                "the radio's version register reads 0x00, 0x12 is wanted: no power, MISO not wired, wrong chip select, "
                    + "or the reset pin holds the chip in reset; check 3.3 V, the SPI wires and the pins configured")
        case 0xFF:
            RadioError(
                "the radio's version register reads 0xFF, 0x12 is wanted: no chip answers, so MISO is not wired or the "
                    + "chip select is the wrong one; check the SPI wires and the spidev device configured")
        default:
            RadioError(
                "the radio's version register reads 0x\([version].hexDigits), 0x12 is wanted: another device on this "
                    + "chip select, or noise on the bus; check the wires, or lower the SPI clock")
        }
    }

    /// The receiver's image rejection (datasheet 2.1.3.8), with the amplifier off. From sleep in either mode to sleep in
    /// LoRa mode.
    private func calibrate() throws(RadioError) {
        try useFSK()
        pause(.milliseconds(1))
        if try !bus.reachesMode() { throw try hanging() }
        try bus.write(.amplifier, 0)
        for carrier in bus.model.calibrationCarriers {
            for setting in SX127xSettings.carrier(carrier) { try bus.write(setting) }
            try bus.write(.imageCalibration, 0x42)
            var waited = 0
            while try bus.read(.imageCalibration) & 0x20 != 0 {
                guard waited < 50 else {
                    throw RadioError(
                        "the radio's image calibration at \(carrier / 1_000_000) MHz did not end within 50 ms "
                            + "(10 ms are usual): its crystal may not run; check power and the module")
                }
                pause(.milliseconds(1))
                waited += 1
            }
        }
        try settle()
    }

    /// From LoRa sleep and back to it. The sensor works while the synthesizer runs and needs 140 us (datasheet 3.5.7); a
    /// step of the register is one kelvin less.
    private func readTemperature() throws(RadioError) -> Int {
        try bus.enter(.fskSleep)
        try bus.enter(.fskReceiveSynthesizer)
        if try !bus.reachesMode() { throw try hanging() }
        try bus.write(.imageCalibration, 0x02)
        pause(.microseconds(250))
        try bus.write(.imageCalibration, 0x03)
        let degrees = -Int(Int8(bitPattern: try bus.read(.temperature)))
        try settle()
        lastTemperature = degrees
        return degrees
    }

    package func measureTemperature() throws(RadioError) -> Int? { try readTemperature() }

    private func checkThatSettingsStay() throws(RadioError) {
        let (wanted, word) = (bus.mode.value(on: bus.model), SX127xSettings.syncWord(syncWord))
        let read = (try bus.read(.mode), try bus.read(.syncWord))
        guard read.1 == word else {
            throw RadioError(
                "the radio answers but does not keep what is written: mode reads 0x\([read.0].hexDigits) instead of "
                    + "0x\([wanted].hexDigits), sync word 0x\([read.1].hexDigits) instead of 0x\([word].hexDigits); "
                    + "check MOSI and the supply")
        }
        if read.0 != wanted { throw try hanging() }
    }

    private func hanging() throws(RadioError) -> RadioError {
        let (read, wanted) = (try bus.read(.mode), bus.mode.value(on: bus.model))
        return RadioError(
            "the radio does not change its mode, which reads 0x\([read].hexDigits) instead of "
                + "0x\([wanted].hexDigits): it takes nothing that is written, so check MOSI; or it hangs, and "
                + (isResetWired == true
                    ? "its reset did not help: switch its power off and on"
                    : "its reset line is not wired: wire it, or switch its power off and on"))
    }
}
