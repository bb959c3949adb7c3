import LoRaWAN

/// Register values for a LoRa frame, a window and a carrier, as data: no bus in here.
enum SX127xSettings {
    /// The receiver's gain: another than after a reset.
    static let amplifierGain: UInt8 = 0x23

    /// What is the same for every operation: LNA at full gain with boost, sync word, preamble of 8.
    static func common(_ word: SyncWord) -> [SX127xSetting] {
        [
            .init(.lowNoiseAmplifier, amplifierGain), .init(.syncWord, syncWord(word)), .init(.preambleHigh, 0),
            .init(.preambleLow, 8), .init(.hopPeriod, 0),
        ]
    }

    static func syncWord(_ word: SyncWord) -> UInt8 { word == .publicNetwork ? 0x34 : 0x12 }

    /// Uplink: CRC on, IQ normal (RP002: "uplink: CRC on"), downlink the other way about; FIFO from 0, DIO0 = TxDone.
    static func transmit(
        _ transmission: Transmission, lora: Modulation.LoRa, output: SX127xChip.PowerOutput,
        model: SX127xChip.Model = .sx1276, syncWord: SyncWord = .publicNetwork
    ) -> [SX127xSetting] {
        let isDownlink = transmission.isDownlink
        var settings = common(syncWord) + carrier(transmission.frequency)
        settings += power(transmission.power, output: output, model: model)
        settings += modem(lora, hasCRC: !isDownlink, model: model)
        settings += highBandwidth(lora, frequency: transmission.frequency, model: model)
        // The transmitter has a bit of its own (datasheet: RegInvertIQ, bit 0 is on for normal IQ).
        settings.append(.init(.detectOptimize, 0xC3))
        settings.append(.init(.invertIQ, isDownlink ? 0x26 : 0x27))
        settings.append(.init(.invertIQ2, isDownlink ? 0x19 : 0x1D))
        settings += [
            .init(.payloadLength, UInt8(clamping: transmission.payload.count)),
            .init(.transmitBase, 0), .init(.fifoPointer, 0),
            .init(.flagMask, ~SX127xFlag.transmitDone), .init(.mapping1, 0x40),
        ]
        return settings
    }

    /// Downlink: CRC off, IQ inverted, DIO0 = RxDone, DIO1 = RxTimeout.
    ///
    /// - Parameters:
    ///   - symbols: of the time-out, 4 to 1023; of no meaning where reception is continuous.
    ///   - invertedIQ: what gateways send; devices send with normal IQ.
    static func receive(
        frequency: Int, lora: Modulation.LoRa, symbols: Int = 1023, invertedIQ: Bool = true,
        model: SX127xChip.Model = .sx1276
    ) -> [SX127xSetting] {
        carrier(frequency) + modem(lora, hasCRC: false, symbols: symbols, model: model)
            + highBandwidth(lora, frequency: frequency, model: model) + spuriousReception(lora, model: model)
            + [
                .init(.invertIQ, invertedIQ ? 0x67 : 0x27), .init(.invertIQ2, invertedIQ ? 0x19 : 0x1D),
                .init(.flagMask, ~(SX127xFlag.receiveTimeout | SX127xFlag.receiveDone | SX127xFlag.crcError)),
                .init(.mapping1, 0x00), .init(.receiveBase, 0), .init(.fifoPointer, 0),
            ]
    }

    /// Channel activity detection, DIO0 = CadDone.
    static func detect(frequency: Int, lora: Modulation.LoRa, model: SX127xChip.Model) -> [SX127xSetting] {
        receive(frequency: frequency, lora: lora, model: model).filter {
            $0.register != .flagMask && $0.register != .mapping1
        } + [.init(.flagMask, ~(SX127xFlag.detectDone | SX127xFlag.detected)), .init(.mapping1, 0x80)]
    }

    /// Steps of 32 MHz / 2^19, rounded.
    static func carrier(_ frequency: Int) -> [SX127xSetting] {
        let steps = (max(0, min(frequency, 1_020_000_000)) << 19 + 16_000_000) / 32_000_000
        return [
            .init(.carrierHigh, UInt8(truncatingIfNeeded: steps >> 16)),
            .init(.carrierMiddle, UInt8(truncatingIfNeeded: steps >> 8)),
            .init(.carrierLow, UInt8(truncatingIfNeeded: steps)),
        ]
    }

    /// Datasheet 5.4.2 and 5.4.3. Over-current protection at 100 mA, at 140 mA for the 18 to 20 dBm that draw 120 mA.
    static func power(
        _ power: Int, output: SX127xChip.PowerOutput, model: SX127xChip.Model = .sx1276
    ) -> [SX127xSetting] {
        let level = max(output.range.lowerBound, min(power, output.range.upperBound))
        let (amplifier, dac, protection): (Int, UInt8, UInt8) =
            switch (output, model) {
            case (.boost, _) where level > 17: (0xC0 + level - 5, 0x87, 0x31)
            case (.boost, _): (0xC0 + level - 2, 0x84, 0x2B)
            case (.rfo, .sx1272): (max(0, level + 1), 0x84, 0x2B)
            case (.rfo, .sx1276) where level > 0: (0x70 | level, 0x84, 0x2B)
            case (.rfo, .sx1276): (level + 4, 0x84, 0x2B)
            }
        // Bits 6 to 4 do not exist in an SX1272.
        let mask: UInt8 = model == .sx1272 ? 0x8F : 0xFF
        return [
            .init(.amplifier, UInt8(amplifier) & mask), .init(model.amplifierDAC, dac),
            .init(.overCurrent, protection),
        ]
    }

    /// Coding rate 4/5, explicit header, AGC on, low-data-rate optimisation where symbols last 16 ms or longer.
    private static func modem(
        _ lora: Modulation.LoRa, hasCRC: Bool, symbols: Int? = nil, model: SX127xChip.Model
    ) -> [SX127xSetting] {
        let bandwidth: UInt8 =
            switch lora.bandwidth {
            case .khz125: 0
            case .khz250: 1
            case .khz500: 2
            }
        let isOptimised = AirTime.isOptimised(.lora(lora))
        let factor = UInt8(lora.spreadingFactor) << 4
        let timeout = UInt8((symbols ?? 0) >> 8 & 3)
        let registers: [SX127xSetting] =
            switch model {
            case .sx1276:
                [
                    .init(.modem1, (bandwidth + 7) << 4 | 0x02), .init(.modem3, isOptimised ? 0x0C : 0x04),
                    .init(.modem2, factor | (hasCRC ? 0x04 : 0) | timeout),
                ]
            case .sx1272:
                // SX1272 datasheet, RegModemConfig1 and 2: CRC and optimisation stand in the first, AGC in the second.
                [
                    .init(.modem1, bandwidth << 6 | 0x08 | (hasCRC ? 0x02 : 0) | (isOptimised ? 0x01 : 0)),
                    .init(.modem2, factor | 0x04 | timeout),
                ]
            }
        return registers + [.init(.detectThreshold, 0x0A)]
            + (symbols.map { [.init(.symbolTimeout, UInt8($0 & 0xFF))] } ?? [])
    }

    /// SX1276 errata 2.1: sensitivity at 500 kHz.
    private static func highBandwidth(
        _ lora: Modulation.LoRa, frequency: Int, model: SX127xChip.Model
    ) -> [SX127xSetting] {
        guard model == .sx1276 else { return [] }
        guard lora.bandwidth == .khz500 else { return [.init(.highBandwidth1, 0x03)] }
        return [.init(.highBandwidth1, 0x02), .init(.highBandwidth2, frequency < 525_000_000 ? 0x7F : 0x64)]
    }

    /// SX1276 errata 2.3: reception of a spurious signal below 500 kHz. An SX1272 wants bit 7 set (its errata 2.2).
    private static func spuriousReception(_ lora: Modulation.LoRa, model: SX127xChip.Model) -> [SX127xSetting] {
        guard model == .sx1276, lora.bandwidth != .khz500 else { return [.init(.detectOptimize, 0xC3)] }
        return [.init(.detectOptimize, 0x43), .init(.offsetFrequency1, 0x40), .init(.offsetFrequency2, 0x00)]
    }

    /// dBm on the channel at present (datasheet 5.5.5).
    static func channelStrength(raw: UInt8, frequency: Int, model: SX127xChip.Model = .sx1276) -> Int {
        model.strengthOffset(frequency: frequency) + Int(raw)
    }

    /// dBm of a received packet (datasheet 5.5.5): below the noise the strength is that of signal and noise together. Only
    /// the SX1276's register has a slope of 16/15.
    static func signalStrength(
        raw: UInt8, snrQuarters: Int, frequency: Int, model: SX127xChip.Model = .sx1276
    ) -> Int {
        model.strengthOffset(frequency: frequency) + Int(raw) + (model == .sx1276 ? Int(raw >> 4) : 0)
            + min(snrQuarters, 0) / 4
    }
}
