import Timekeeping

/// The modes, and what is sent.
extension SX126xSimulator {
    func enter(_ code: UInt8, _ parameters: [UInt8]) {
        let needsOscillator = code != 0x80 || parameters[0] == 1
        let hasOscillator = !faults.hasNoOscillator && (!hasTCXO || settings.hasOscillatorVoltage)
        guard !needsOscillator || hasOscillator else {
            if !faults.hasNoOscillator { note("an oscillator without a voltage is wanted") }
            errors |= 0x0020
            return outcome = 5
        }
        switch code {
        case 0x80:
            work(for: .microseconds(parameters[0] == 1 && mode == .standby ? 31 : 20))
            leave(for: parameters[0] == 1 ? .standbyXOSC : .standby)
        case 0xC1:
            work(for: .microseconds(50))
            leave(for: .synthesizer)
        case 0x83: transmit()
        case 0xD1: radiate()
        case 0x82: receive(parameters)
        default: detect()
        }
    }

    func leave(for next: Mode) {
        operation += 1
        reception = nil
        if let carrier { air.endCarrier(carrier) }
        carrier = nil
        mode = next
    }

    /// As after TxDone, RxDone and a time-out.
    func fallBack() { leave(for: settings.fallsBackToXOSC ? .standbyXOSC : .standby) }

    /// From standby to the first symbol (RM0453 table 33).
    private func startUp(_ fromRC: Int64, _ fromXOSC: Int64) -> TimeSpan {
        let oscillator = mode == .standby && hasTCXO ? TimeSpan.milliseconds(5) : .zero
        return .microseconds(mode == .standbyXOSC ? fromXOSC : fromRC) + oscillator
    }

    private func isSound() -> Bool {
        guard settings.isCalibrated, hasTCXO == settings.hasOscillatorVoltage else {
            note("an order without a calibrated oscillator")
            return false
        }
        guard let isLoRa = settings.isLoRa else {
            note("an order before SetPacketType")
            return false
        }
        guard (150_000_000...960_000_000).contains(settings.frequency) else {
            note("\(settings.frequency) Hz is not in the chip's band")
            return false
        }
        let megahertz = settings.frequency / 1_000_000
        if !imageCalibrations.contains(where: {
            Int($0[0]) * 4 - 1 <= megahertz && megahertz <= Int($0[1]) * 4 + 1
        }) {
            note("\(settings.frequency) Hz without a calibration of the image for its band")
        }
        guard isLoRa else {
            let word = (0..<3).map { register(0x06C0 + UInt16($0)) }
            let isWhole =
                settings.isLoRaWANPacket && word == [0xC1, 0x94, 0xC1] && register(0x06BC) == 0x1D
                && register(0x06BD) == 0x0F && register(0x06BE) == 0x10 && register(0x06BF) == 0x21
                && register(0x06B8) & 1 == 1 && register(0x06B9) == 0xFF
            if !isWhole { note("FSK that is not LoRaWAN's") }
            return isWhole
        }
        guard settings.bandwidth != nil, (7...12).contains(settings.spreadingFactor), settings.packet.count == 6 else {
            note("LoRa without modulation or packet parameters")
            return false
        }
        let optimised = AirTransmission.needsLowDataRateOptimize(
            spreadingFactor: settings.spreadingFactor, bandwidth: settings.bandwidth ?? 0)
        if optimised != settings.isLowDataRateOptimized {
            note("low-data-rate optimisation does not go with the symbol")
        }
        if (register(0x0736) & 4 == 0) != settings.isInverted {
            note("register 0x0736 does not go with the polarity (15.4)")
        }
        return true
    }

    // MARK: Sending

    private var power: Int { Int(settings.step ?? 0) + (settings.amplifier.first == 0x06 ? 1 : 0) }

    private func checkAmplifier() {
        guard settings.step != nil, settings.amplifier.count == 4 else { return note("no SetPaConfig or SetTxParams") }
        if !isSX1261, register(0x08D8) & 0x1E != 0x1E { note("register 0x08D8 without bits 4 to 1 (15.2)") }
        let isWide = settings.isLoRa == true && settings.bandwidth == 500_000
        if (register(0x0889) & 4 == 0) != isWide { note("register 0x0889 bit 2 does not go with the bandwidth (15.1)") }
        if power > 15, register(0x08E7) < 0x38 { note("\(power) dBm with a protection below 140 mA") }
    }

    private func transmit() {
        guard isSound() else { return outcome = 5 }
        checkAmplifier()
        let start = world.now + startUp(126, 105)
        let payload = (0..<settings.length).map { buffer[(Int(settings.transmitBase) + $0) & 0xFF] }
        guard !payload.isEmpty else { return note("a transmission of 0 bytes") }
        busyUntil = start
        leave(for: .transmit)
        guard faults.stuckTransmissions == 0 else {
            faults.stuckTransmissions -= 1
            return
        }
        let transmission = frame(payload, start: start)
        let started = operation
        world.schedule(at: start) { [self] in
            guard operation == started else { return }
            air.transmit(transmission) { [self] in operation == started ? payload : nil }
            world.schedule(at: transmission.end) { [self] in
                guard operation == started else { return }
                fallBack()
                outcome = 6
                raise(0x0001)
            }
        }
    }

    private func frame(_ payload: [UInt8], start: MonotonicInstant) -> AirTransmission {
        guard settings.isLoRa == true else {
            return AirTransmission(
                fsk: payload, frequency: settings.frequency, isDownlink: false, start: start, power: power)
        }
        var transmission = AirTransmission(
            payload: payload, frequency: settings.frequency, spreadingFactor: settings.spreadingFactor,
            bandwidth: settings.bandwidth ?? 0, invertedIQ: settings.isInverted, hasCRC: settings.hasCRC, start: start,
            power: power, syncWord: loraSyncWord)
        transmission.codingRate = settings.codingRate
        transmission.preambleSymbols = settings.preambleSymbols
        transmission.lowDataRateOptimize = settings.isLowDataRateOptimized
        return transmission
    }

    /// As an SX127x has it in one byte: 0x34 44 is 0x34.
    var loraSyncWord: UInt8 { register(0x0740) & 0xF0 | register(0x0741) >> 4 }

    /// SetTxContinuousWave.
    private func radiate() {
        guard settings.isCalibrated, settings.frequency > 0 else { return outcome = 5 }
        checkAmplifier()
        let start = world.now + startUp(126, 105)
        busyUntil = start
        leave(for: .transmit)
        let (started, frequency, power) = (operation, settings.frequency, self.power)
        world.schedule(at: start) { [self] in
            guard operation == started else { return }
            carrier = air.begin(
                AirCarrier(frequency: frequency, power: power, followsPacket: false, start: world.now))
        }
    }

    // MARK: Receiving

    private func receive(_ parameters: [UInt8]) {
        guard isSound() else { return outcome = 5 }
        let steps = parameters.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let from = world.now + startUp(83, 62)
        busyUntil = from
        leave(for: .receive)
        guard faults.stuckReceptions == 0 else {
            faults.stuckReceptions -= 1
            return
        }
        reception = SX126xReception(listensFrom: from, isContinuous: steps == 0xFF_FFFF)
        let started = operation
        beFooled(from: from)
        for transmission in air.audible(to: self) { consider(transmission) }
        if steps > 0, steps < 0xFF_FFFF {
            world.schedule(at: from + .nanoseconds(steps * 15_625)) { [self] in
                guard operation == started, reception?.hasHeader == false else { return }
                timeOut()
            }
        }
        guard settings.isLoRa == true, settings.symbolTimeout > 0 else { return }
        world.schedule(at: from + settings.symbol * Int64(settings.symbolTimeout)) { [self] in
            guard operation == started, reception?.locked == nil, reception?.isFooled == false else { return }
            timeOut()
        }
    }

    private func timeOut() {
        fallBack()
        outcome = 3
        raise(0x0200)
    }

    private func detect() {
        guard isSound(), settings.isLoRa == true, settings.detection.count == 7 else { return outcome = 5 }
        let from = world.now + startUp(83, 62)
        busyUntil = from
        leave(for: .receive)
        let (started, symbol) = (operation, settings.symbol)
        world.schedule(at: from + symbol * Int64(1 << settings.detection[0])) { [self] in
            guard operation == started else { return }
            let isHeard = air.audible(to: self).contains {
                matches($0) && $0.start <= from && $0.start + symbol * Int64($0.preambleSymbols) >= from + symbol
            }
            fallBack()
            raise(isHeard ? 0x0180 : 0x0080)
        }
    }
}
