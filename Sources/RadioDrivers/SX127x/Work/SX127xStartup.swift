import HardwareInterfaces
import Timekeeping

/// Reset, identity, calibration and the settings that stay.
extension SX127x {
    func bringUp() throws(RadioError) {
        try resetChip()
        try checkVersion()
        // From whatever mode it is in, with or without a reset: first to sleep in its own modem, then to the other.
        try bus.write(.mode, try bus.read(.mode) & 0x80 | SX127xMode.fskSleep.rawValue)
        try bus.enter(.fskSleep)
        try calibrate()
        try bus.enter(.fskSleep)
        try bus.enter(.sleep)
        try bus.write(SX127xSettings.common)
        try checkThatSettingsStay()
    }

    /// NRESET low for at least 100 us, released to float, 5 ms until the chip is ready (datasheet 7.2.2).
    func resetChip() throws(RadioError) {
        guard let reset else { return }
        do {
            try reset.set(.low)
            pause(.microseconds(200))
            try reset.set(.floating)
        } catch {
            throw RadioError("the reset line cannot be driven: \(error)")
        }
        pause(.milliseconds(6))
    }

    private func checkVersion() throws(RadioError) {
        let version = try bus.read(.version)
        switch version {
        case 0x11, 0x12, 0x13: return
        case 0x00:
            throw RadioError(
                "the radio's version register reads 0x00, 0x12 is wanted: no power, MISO not wired, wrong chip select, "
                    + "or the reset pin holds the chip in reset; check 3.3 V, the SPI wires and the pins configured")
        case 0xFF:
            throw RadioError(
                "the radio's version register reads 0xFF, 0x12 is wanted: no chip answers, so MISO is not wired or the "
                    + "chip select is the wrong one; check the SPI wires and the spidev device configured")
        case 0x22:
            throw RadioError(
                "this is an SX1272 (version 0x22); its registers differ and it is not supported: use an SX1276 to "
                    + "SX1279 or an RFM95/RFM96")
        default:
            throw RadioError(
                "the radio's version register reads 0x\([version].hexDigits), 0x12 is wanted: another device on this "
                    + "chip select, or noise on the bus; check the wires, or lower the SPI clock")
        }
    }

    /// The receiver's image rejection, once in the lower band and once in the 868 MHz band (datasheet 2.1.3.8), with
    /// the amplifier off.
    private func calibrate() throws(RadioError) {
        try bus.enter(.fskStandby)
        try bus.write(.amplifier, 0)
        for carrier in [434_000_000, 868_000_000] {
            try bus.write(SX127xSettings.carrier(carrier))
            try bus.write(.invertIQ2, 0x42)
            var waited = 0
            while try bus.read(.invertIQ2) & 0x20 != 0 {
                guard waited < 50 else {
                    throw RadioError(
                        "the radio's image calibration at \(carrier / 1_000_000) MHz did not end within 50 ms "
                            + "(10 ms are usual): its crystal may not run; check power and the module")
                }
                pause(.milliseconds(1))
                waited += 1
            }
        }
    }

    /// From LoRa sleep and back to it. The sensor works while the synthesizer runs and needs 140 us (datasheet 3.5.7); a
    /// step of the register is one kelvin less.
    func measureTemperature() throws(RadioError) -> Int {
        try bus.enter(.fskSleep)
        try bus.enter(.fskReceiveSynthesizer)
        try bus.write(SX127xFSKRegister.imageCalibration, 0x02)
        pause(.microseconds(250))
        try bus.write(SX127xFSKRegister.imageCalibration, 0x03)
        let raw = try bus.read(address: SX127xFSKRegister.temperature)
        try bus.enter(.fskSleep)
        try bus.enter(.sleep)
        return -Int(Int8(bitPattern: raw))
    }

    private func checkThatSettingsStay() throws(RadioError) {
        let read = (try bus.read(.mode), try bus.read(.syncWord))
        guard read == (SX127xMode.sleep.rawValue, 0x34) else {
            throw RadioError(
                "the radio answers but does not keep what is written: mode reads 0x\([read.0].hexDigits) instead of "
                    + "0x88, sync word 0x\([read.1].hexDigits) instead of 0x34; check MOSI and the supply")
        }
    }
}

extension [UInt8] {
    /// Upper-case digits, for messages.
    var hexDigits: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
