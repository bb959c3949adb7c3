import Timekeeping

private typealias Address = SX1276Memory.Address

/// RX-single: a symbol time-out that a preamble cancels, then header and payload. RX-continuous: frame after frame,
/// without a time-out.
extension SX1276Simulator {
    struct Reception {
        let listensFrom: MonotonicInstant
        /// What the modem has locked on to.
        var locked: AirTransmission?
        /// FSK follows a preamble that was none, until it is started again.
        var isMisled = false
    }

    /// Of the eight symbols of a preamble the modem must hear six.
    private static let symbolsToDetect: Int64 = 6

    func beginReception(from before: Mode) {
        guard isModemSound(), let bandwidth = memory.bandwidth else { return }
        guard (4...1023).contains(memory.symbolTimeout) else {
            note("a symbol time-out of \(memory.symbolTimeout): 4 to 1023 are wanted")
            return
        }
        if (memory[Address.invertIQ2] == 0x19) != memory.receivesInverted {
            note("InvertIQ2 does not go with InvertIQ: 0x1D for normal, 0x19 for inverted")
        }
        guard faults.stuckReceptions == 0 else {
            faults.stuckReceptions -= 1
            return
        }
        fifo = [UInt8](repeating: 0, count: 256)
        let symbol = AirTransmission.symbol(spreadingFactor: memory.spreadingFactor, bandwidth: bandwidth)
        let from = world.now + startUpTime(from: before)
        let timeout = from + symbol * Int64(memory.symbolTimeout)
        reception = Reception(listensFrom: from)
        nextWrite = nil
        memory[Address.modemStatus] = 0x04
        let started = operation
        for transmission in air.audible(to: self) { consider(transmission) }
        guard mode == .receiveSingle else { return }
        world.schedule(at: timeout) { [self] in
            guard operation == started, reception?.locked == nil else { return }
            settle()
            raise(0x80)
        }
    }

    /// Listens for two symbols whether there is a preamble (datasheet 4.1.6).
    func beginDetection(from before: Mode) {
        guard isModemSound(), let bandwidth = memory.bandwidth else { return }
        let symbol = AirTransmission.symbol(spreadingFactor: memory.spreadingFactor, bandwidth: bandwidth)
        let from = world.now + startUpTime(from: before)
        let started = operation
        world.schedule(at: from + symbol * 2) { [self] in
            guard operation == started else { return }
            let isHeard = air.audible(to: self).contains {
                matches($0) && $0.start <= from && $0.start + symbol * Int64($0.preambleSymbols) >= from + symbol
            }
            settle()
            raise(isHeard ? 0x05 : 0x04)
        }
    }

    private func matches(_ transmission: AirTransmission) -> Bool {
        guard memory.isLoRa, transmission.fsk == nil else { return false }
        return abs(transmission.frequency - memory.carrier) <= transmission.bandwidth / 4
            && transmission.spreadingFactor == memory.spreadingFactor && transmission.bandwidth == memory.bandwidth
            && transmission.invertedIQ == memory.receivesInverted && transmission.syncWord == memory[Address.syncWord]
            && transmission.lowDataRateOptimize == memory.isLowDataRateOptimized
    }

    func consider(_ transmission: AirTransmission) {
        guard memory.isLoRa else { return considerPacket(transmission) }
        guard let reception, reception.locked == nil, matches(transmission) else { return }
        let detected = max(reception.listensFrom, transmission.start) + transmission.symbol * Self.symbolsToDetect
        let preambleEnd = transmission.start + transmission.symbol * Int64(transmission.preambleSymbols)
        guard detected <= preambleEnd else { return }
        let started = operation
        world.schedule(at: detected) { [self] in
            guard operation == started, self.reception?.locked == nil else { return }
            self.reception?.locked = transmission
            memory[Address.modemStatus] = 0x07
            world.schedule(at: transmission.headerEnd) { [self] in
                guard operation == started else { return }
                memory[Address.modemStatus] = 0x0F
                raise(0x10)
            }
        }
    }

    private func finish(_ transmission: AirTransmission) {
        let base = nextWrite ?? memory[Address.receiveBase]
        var payload = transmission.payload
        if transmission.isCorrupt, let last = payload.indices.last { payload[last] ^= 0x01 }
        for (offset, byte) in payload.prefix(256).enumerated() { fifo[(Int(base) + offset) & 0xFF] = byte }
        memory[Address.receivedStart] = base
        memory[Address.receivedCount] = UInt8(truncatingIfNeeded: transmission.payload.count)
        memory[Address.hopChannel] = transmission.hasCRC ? 0x40 : 0
        let snr = air.signalToNoise(of: transmission)
        memory[Address.packetSNR] = UInt8(bitPattern: Int8(clamping: snr * 4))
        memory[Address.packetRSSI] = Self.rawStrength(
            dBm: air.signalStrength(of: transmission), snr: snr, offset: memory.strengthOffset,
            hasSlope: !memory.isSX1272)
        if mode == .receiveContinuous {
            // It listens on; the next frame goes behind this one.
            reception?.locked = nil
            nextWrite = base &+ UInt8(truncatingIfNeeded: transmission.payload.count)
        } else {
            settle()
        }
        raise(transmission.isCorrupt && transmission.hasCRC ? 0x60 : 0x40)
    }

    /// RegRssiValue: the strongest signal on the carrier now, or the noise.
    var presentStrength: UInt8 {
        let signals = air.audible(to: self).filter {
            abs($0.frequency - memory.carrier) <= $0.bandwidth / 2
        }.map { air.signalStrength(of: $0) }
        return UInt8(clamping: max(signals.max() ?? -117, -117) - memory.strengthOffset)
    }

    /// The inverse of datasheet 5.5.5: the register from which a driver computes the strength.
    private static func rawStrength(dBm: Int, snr: Int, offset: Int, hasSlope: Bool) -> UInt8 {
        let wanted = dBm - offset - min(snr, 0)
        return UInt8(clamping: hasSlope ? (wanted + 1) * 16 / 17 : wanted)
    }
}

extension SX1276Simulator: AirListener {
    package func airStarted(_ transmission: AirTransmission) { consider(transmission) }

    package func airEnded(_ transmission: AirTransmission) {
        guard let locked = reception?.locked, locked.start == transmission.start,
            locked.frequency == transmission.frequency, locked.spreadingFactor == transmission.spreadingFactor
        else { return }
        if memory.isLoRa { finish(transmission) } else { finishPacket(transmission) }
    }
}
