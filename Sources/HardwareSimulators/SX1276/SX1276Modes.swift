import Timekeeping

private typealias Address = SX1276Memory.Address

/// The modes and the ways between them.
extension SX1276Simulator {
    enum Mode: UInt8 {
        case sleep, standby, synthesizerTransmit, transmit, synthesizerReceive, receiveContinuous, receiveSingle, detect
    }

    var mode: Mode { Mode(rawValue: memory[Address.mode] & 7) ?? .sleep }

    func writeMode(_ value: UInt8) {
        let before = mode
        var accepted = value
        if (value ^ memory[Address.mode]) & 0x80 != 0, before != .sleep {
            note("LongRangeMode changed in mode \(before): sleep is wanted")
            accepted = value ^ 0x80
        }
        // Bits 5 to 3 do not exist in an SX1272's LoRa mode.
        memory[Address.mode] = memory.isSX1272 && accepted & 0x80 != 0 ? accepted & 0xC7 : accepted
        let after = mode
        guard after != before else { return }
        operation += 1
        endCarrier()
        reception = nil
        if memory.isLoRa { memory[Address.modemStatus] = 0x10 }
        leavePacket(for: after)
        updatePins()
        switch after {
        case .sleep, .standby: break
        case .synthesizerTransmit, .synthesizerReceive: senseTemperature()
        case .transmit where !memory.isLoRa && memory.isContinuous: beginCarrier(from: before)
        case .transmit where !memory.isLoRa: beginPacket(from: before)
        case .receiveContinuous where !memory.isLoRa: listenForPackets(from: before)
        case .receiveSingle where !memory.isLoRa, .detect where !memory.isLoRa: note("mode \(after) in FSK")
        case .transmit: beginTransmission(from: before)
        case .receiveSingle, .receiveContinuous: beginReception(from: before)
        case .detect: beginDetection(from: before)
        }
    }

    /// Oscillator 250 us, synthesizer 60 us, ramp 60 us (datasheet tables 7 and 8, 5.4.1).
    func startUpTime(from mode: Mode) -> TimeSpan {
        switch mode {
        case .sleep: .microseconds(370)
        case .standby: .microseconds(120)
        default: .microseconds(60)
        }
    }

    /// The sensor needs 140 us of a running synthesizer (datasheet 3.5.7).
    func senseTemperature() {
        guard !memory.isLoRa, mode != .sleep, mode != .standby, memory.imageCalibration & 1 == 0 else { return }
        let started = operation
        world.schedule(after: .microseconds(140)) { [self] in
            guard operation == started, memory.imageCalibration & 1 == 0 else { return }
            memory.temperature = UInt8(bitPattern: Int8(clamping: -temperature))
        }
    }

    /// Back to standby, as after TxDone, RxDone and RxTimeout.
    func settle() {
        operation += 1
        reception = nil
        memory[Address.mode] = memory[Address.mode] & ~7 | Mode.standby.rawValue
        memory[Address.modemStatus] = 0x10
    }

    /// What LoRaWAN needs of the modem's registers, for either direction.
    func isModemSound() -> Bool {
        guard (7...12).contains(memory.spreadingFactor), memory.bandwidth != nil, (1...4).contains(memory.codingRate),
            !memory.isImplicitHeader
        else {
            note(
                "modem configuration \(memory[Address.modem1]), \(memory[Address.modem2]): SF7 to SF12, 125 kHz or more"
            )
            return false
        }
        guard memory[Address.detectOptimize] & 7 == 3, memory[Address.detectThreshold] == 0x0A else {
            note("detection set for SF6: register 0x31 bits 2-0 = 3 and 0x37 = 0x0A are wanted for SF7 to SF12")
            return false
        }
        return true
    }

    private func beginTransmission(from before: Mode) {
        guard isModemSound(), let bandwidth = memory.bandwidth else { return }
        let inverted = memory.transmitsInverted
        if (memory[Address.invertIQ2] == 0x19) != inverted {
            note("InvertIQ2 does not go with InvertIQ: 0x1D for normal, 0x19 for inverted")
        }
        let length = Int(memory[Address.payloadLength])
        let base = Int(memory[Address.transmitBase])
        guard length > 0 else {
            note("a transmission of 0 bytes")
            return
        }
        guard faults.stuckTransmissions == 0 else {
            faults.stuckTransmissions -= 1
            return
        }
        var transmission = AirTransmission(
            payload: (0..<length).map { fifo[(base + $0) & 0xFF] }, frequency: memory.carrier,
            spreadingFactor: memory.spreadingFactor, bandwidth: bandwidth, invertedIQ: inverted,
            hasCRC: memory.isCRCOn, start: world.now + startUpTime(from: before), power: memory.power,
            syncWord: memory[Address.syncWord])
        transmission.codingRate = memory.codingRate
        transmission.preambleSymbols = memory.preambleSymbols
        transmission.lowDataRateOptimize = memory.isLowDataRateOptimized
        checkPower(airTime: transmission.airTime)
        let started = operation
        world.schedule(at: transmission.start) { [self] in
            guard operation == started else { return }
            air.transmit(transmission) { [self] in operation == started ? transmission.payload : nil }
            // Behind the air's own end of it.
            world.schedule(at: transmission.end) { [self] in
                guard operation == started else { return }
                settle()
                raise(0x08)
            }
        }
    }

    /// Datasheet 5.4.3: 18 to 20 dBm for 1 % of the time, and with the protection at a higher current. And the synthesizer
    /// does not do every carrier.
    func checkPower(airTime: TimeSpan, isEndless: Bool = false) {
        if !memory.bands.contains(where: { $0.contains(memory.carrier) }) {
            note("\(memory.carrier) Hz is in none of the chip's bands")
        }
        guard memory.power > 17 else { return }
        if let limit = memory.overCurrentLimit, limit < 140 {
            note("\(memory.power) dBm with over-current protection at \(limit) mA: 140 mA are wanted")
        }
        if isEndless || fullPowerRestsUntil.map({ world.now < $0 }) == true {
            note("\(memory.power) dBm for more than 1 % of the time")
        }
        fullPowerRestsUntil = world.now + airTime * 99
    }
}
