import HardwareInterfaces
import LoRaWAN
package import Timekeeping

/// Reset, identity, calibration and the settings that stay.
extension SX126xChip {
    /// A receiver that a strong signal has made deaf hears again after a calibration (Semtech forum 162).
    private static let maintenanceInterval = TimeSpan.hours(1)
    /// The chip tells nothing of the end of CalibrateImage, and takes no register for some 10 ms.
    private static let imageTime = TimeSpan.milliseconds(50)

    package func start(at now: MonotonicInstant) throws(RadioError) {
        (mode, isLoRa, isInWindow, imageBand) = (.standby, true, false, nil)
        try pulseReset()
        try awaitStandby()
        try identify()
        // A mark, too: it shows further down whether the supply dipped meanwhile.
        let mark: SX126xStep = .write(.loraSyncWord, syncWord)
        try bus.run([mark])
        try configureSupply()
        try calibrate()
        try calibrateImage(for: 868_000_000)
        try checkForErrors()
        try startOscillator()
        try settle()
        try checkThatItKeepsSettings()
        try bus.run([.send([0x93, 0x30]), .send([0x8A, 0x01]), mark])
        try checkThatItKeepsSettings()
        guard try isSetUp() else {
            throw RadioError("the radio has forgotten its settings while it was started: check its supply")
        }
        maintenanceAt = now + Self.maintenanceInterval
    }

    private func checkThatItKeepsSettings() throws(RadioError) {
        guard try hasKeptSettings() else {
            throw RadioError(
                "the radio answers but does not keep what is written: its sync word reads "
                    + "0x\(try bus.read(.loraSyncWord, count: 2).hexDigits) instead of 0x\(syncWord.hexDigits); check MOSI and the supply"
            )
        }
    }

    /// The receiver's gain is written behind the supply and the calibration, and a reset takes it away with them.
    func isSetUp() throws(RadioError) -> Bool { try bus.read(.receiverGain) == Self.boostedGain }

    private static let boostedGain: UInt8 = 0x96

    private var syncWord: [UInt8] { SX126xSettings.loraSyncWord(configuration.syncWord) }

    /// After a reset the mode and the public sync word are others; the private one is not.
    package func hasKeptSettings() throws(RadioError) -> Bool {
        guard try isInOrderedMode() else { return false }
        return try isLoRa
            ? bus.read(.loraSyncWord, count: 2) == syncWord
            : bus.read(.packetSyncWord, count: 3) == SX126xSettings.packetSyncWord
    }

    package func maintain(at now: MonotonicInstant) throws(RadioError) -> Bool {
        try settle()
        try calibrate()
        let band = imageBand
        imageBand = nil
        try calibrateImage(band)
        maintenanceAt = now + Self.maintenanceInterval
        return true
    }

    /// NRST low for a millisecond, then left to float. A mark in a register shows whether it had an effect.
    private func pulseReset() throws(RadioError) {
        guard let reset = wiring.reset else { return }
        // A chip that hangs takes no mark; it is to be reset all the same.
        let isMarked = (try? bus.send([0x0D] + SX126xRegister.loraSyncWord.address + [0x5A, 0x5A])) != nil
        do {
            try reset.set(.low)
            pause(.milliseconds(1))
            try reset.set(.floating)
        } catch {
            throw RadioError("the reset line cannot be driven: \(error)")
        }
        pause(.milliseconds(5))
        let word = try bus.read(.loraSyncWord, count: 2)
        isResetWired = !isMarked || word != [0x5A, 0x5A]
    }

    /// The first command after a reset may fail, which means nothing.
    private func awaitStandby() throws(RadioError) {
        var status = SX126xStatus(rawValue: 0)
        for _ in 0..<10 {
            try bus.send([0x80, 0x00])
            // Where BUSY is not wired nothing else tells that it was taken.
            pause(.milliseconds(1))
            status = try bus.status()
            if status.mode == .standby { return }
            pause(.milliseconds(10))
        }
        switch status.rawValue {
        case 0x00, 0xFF:
            throw RadioError(
                "the radio's status reads 0x\([status.rawValue].hexDigits) throughout: no chip answers, so it has no power, "
                    + "MISO is not wired, the chip select is the wrong one, or this board is a UART modem; check 3.3 V, "
                    + "the SPI wires and the pins configured")
        default:
            throw hanging("does not go to standby", status)
        }
    }

    func hanging(_ symptom: String, _ status: SX126xStatus) -> RadioError {
        RadioError(
            "the radio \(symptom), its status reads 0x\([status.rawValue].hexDigits): it hangs, and "
                + (isResetWired == nil
                    ? "its reset line is not wired: wire it, or switch its power off and on"
                    : "its reset did not help: switch its power off and on"))
    }

    /// An SX1262 says that it is an SX1261; an LLCC68 says either.
    private func identify() throws(RadioError) {
        let bytes = try bus.read(.name, count: 16)
        let text = String(decoding: bytes.prefix { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        guard text.hasPrefix("SX126") || text.hasPrefix("LLCC68") else {
            throw RadioError(
                "the radio says \"\(text)\" (0x\(Array(bytes.prefix(6)).hexDigits)) and not SX126x: it is another chip, or noise is "
                    + "on the SPI wires; check [radio] type, or lower spi_hz")
        }
        let isNamed = [("SX1268", SX126xChip.Part.sx1268), ("LLCC68", .llcc68)].first { text.hasPrefix($0.0) }?.1
        // An LLCC68 may also say that it is an SX1261.
        guard isNamed.map({ $0 == configuration.part }) ?? (configuration.part != .sx1268) else {
            throw RadioError(
                "the radio says \"\(text)\", and part = \"\(configuration.part.rawValue.lowercased())\" is configured: what they can "
                    + "do differs, so correct part")
        }
    }

    private func configureSupply() throws(RadioError) {
        try bus.send([0x96, configuration.hasCoil ? 0x01 : 0x00])
        try bus.send([0x9D, configuration.switchesByDIO2 ? 0x01 : 0x00])
        if let voltage = configuration.oscillator {
            try bus.send([0x97, voltage.rawValue] + SX126xSettings.time(.milliseconds(5)))
        }
        // That the oscillator had not started before it got its voltage is no error.
        try bus.send([0x07, 0x00, 0x00])
    }

    /// All blocks, and what the calibration takes away. BUSY is high for some milliseconds of it, which shows whether the line
    /// is wired.
    private func calibrate() throws(RadioError) {
        try bus.send([0x89, 0x7F])
        var isSeen = try bus.isBusy()
        if !isSeen {
            // This thread may have been away for as long.
            try bus.send([0x89, 0x7F])
            isSeen = try bus.isBusy()
        }
        guard isSeen else {
            throw RadioError(
                "the radio's BUSY line stays low while the chip is calibrated: wire BUSY to the line configured, or correct "
                    + "busy_line; without it commands get lost")
        }
        // Boosted receiver (datasheet 9.6), and a better one that is described nowhere (meshtastic 10219).
        try bus.run([.write(.receiverGain, Self.boostedGain), .modify(.receiverTuning, mask: 0x01, value: 0x01)])
        if configuration.part != .sx1261 { try bus.run([.modify(.clamp, mask: 0x1E, value: 0x1E)]) }
    }

    func calibrateImage(for frequency: Int) throws(RadioError) {
        guard let band = SX126xSettings.imageBand(of: frequency), band != imageBand else { return }
        try order(standby: band)
    }

    private func calibrateImage(_ band: [UInt8]?) throws(RadioError) {
        guard let band else { return }
        try order(standby: band)
    }

    private func order(standby band: [UInt8]) throws(RadioError) {
        try settle()
        try bus.send([0x98] + band)
        pause(Self.imageTime)
        imageBand = band
    }

    private func checkForErrors() throws(RadioError) {
        let bytes = try bus.ask([0x17], count: 2)
        let errors = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        guard errors & 0x0020 == 0 else {
            throw RadioError(
                "the radio's oscillator does not start (error 0x0020): "
                    + (configuration.oscillator == nil
                        ? "the board may have a TCXO at DIO3: set tcxo = 1.8"
                        : "the board may have a crystal and no TCXO at DIO3: remove tcxo, or set another voltage"))
        }
        guard errors == 0 else {
            let names = ["RC64k", "RC13M", "PLL", "ADC", "image", "oscillator", "PLL lock", "", "PA ramp"]
            let found = names.indices.filter { errors >> UInt16($0) & 1 == 1 }.map { names[$0] }
            throw RadioError(
                "the radio reports errors 0x\(bytes.hexDigits) (\(found.joined(separator: ", "))) after its calibration: "
                    + "check its supply")
        }
    }
}
