import Timekeeping

/// What the receiver makes of what is on the air.
extension SX126xSimulator: AirListener {
    /// Of the eight symbols of a preamble the modem must hear six.
    private static let symbolsToDetect: Int64 = 6

    package func airStarted(_ transmission: AirTransmission) { consider(transmission) }

    package func airEnded(_ transmission: AirTransmission) {
        guard let locked = reception?.locked, locked.start == transmission.start,
            locked.frequency == transmission.frequency, locked.spreadingFactor == transmission.spreadingFactor
        else { return }
        finish(transmission)
    }

    func matches(_ transmission: AirTransmission) -> Bool {
        guard abs(transmission.frequency - settings.frequency) <= transmission.bandwidth / 4 else { return false }
        guard settings.isLoRa == true else { return transmission.fsk == AirTransmission.FSK() }
        return transmission.fsk == nil && transmission.spreadingFactor == settings.spreadingFactor
            && transmission.bandwidth == settings.bandwidth && transmission.invertedIQ == settings.isInverted
            && transmission.syncWord == loraSyncWord
            && transmission.lowDataRateOptimize == settings.isLowDataRateOptimized
    }

    /// In continuous reception for as long as a header takes; otherwise the timer ends it.
    func beFooled(from start: MonotonicInstant) {
        guard faults.phantomPreambles > 0, settings.isLoRa == true else { return }
        faults.phantomPreambles -= 1
        let started = operation
        world.schedule(at: start + settings.symbol * 2) { [self] in
            guard operation == started, reception?.locked == nil else { return }
            reception?.isFooled = true
            raise(0x0004)
        }
        guard reception?.isContinuous == true else { return }
        world.schedule(at: start + settings.symbol * 20) { [self] in
            guard operation == started else { return }
            reception?.isFooled = false
        }
    }

    func consider(_ transmission: AirTransmission) {
        guard let reception, reception.locked == nil, matches(transmission) else { return }
        let isLoRa = transmission.fsk == nil
        let needed = isLoRa ? Self.symbolsToDetect : 2
        let detected = max(reception.listensFrom, transmission.start) + transmission.symbol * needed
        guard detected <= transmission.start + transmission.symbol * Int64(transmission.preambleSymbols) else { return }
        let started = operation
        world.schedule(at: detected) { [self] in
            guard operation == started, self.reception?.locked == nil, self.reception?.isFooled == false else { return }
            self.reception?.locked = transmission
            raise(0x0004)
            let head =
                isLoRa
                ? transmission.headerEnd
                : transmission.start + transmission.symbol
                    * Int64(
                        transmission.preambleSymbols + 3)
            world.schedule(at: head) { [self] in
                guard operation == started, self.reception?.locked == transmission else { return }
                self.reception?.hasHeader = true
                raise(isLoRa ? 0x0010 : 0x0008)
            }
        }
    }

    private func finish(_ transmission: AirTransmission) {
        let isContinuous = reception?.isContinuous ?? false
        let base = settings.receivedNext(isContinuous: isContinuous)
        var payload = transmission.payload
        if transmission.isCorrupt, let last = payload.indices.last { payload[last] ^= 0x01 }
        for (offset, byte) in payload.prefix(255).enumerated() { buffer[(Int(base) + offset) & 0xFF] = byte }
        settings.receivedStart = base
        settings.receivedCount = UInt8(clamping: payload.count)
        let strength = air.signalStrength(of: transmission)
        let snr = air.signalToNoise(of: transmission)
        settings.packetStatus =
            transmission.fsk == nil
            ? [rawStrength(strength), UInt8(bitPattern: Int8(clamping: snr * 4)), rawStrength(strength + min(snr, 0))]
            : [0, rawStrength(strength), rawStrength(strength)]
        if isContinuous {
            reception?.locked = nil
            reception?.hasHeader = false
        } else {
            fallBack()
        }
        raise(transmission.isCorrupt && transmission.hasCRC ? 0x0042 : 0x0002)
    }

    /// Half a dBm below zero for each step.
    func rawStrength(_ dBm: Int) -> UInt8 { UInt8(clamping: -2 * dBm) }

    /// The strongest signal on the carrier now, or the noise.
    var presentStrength: Int {
        let signals = air.audible(to: self).filter { abs($0.frequency - settings.frequency) <= $0.bandwidth / 2 }
        return max(signals.map { air.signalStrength(of: $0) }.max() ?? -117, -117)
    }
}

extension SX126xModem {
    /// Where the next frame is written: behind the last in continuous reception.
    func receivedNext(isContinuous: Bool) -> UInt8 {
        isContinuous ? receivedStart &+ receivedCount : receiveBase
    }
}
