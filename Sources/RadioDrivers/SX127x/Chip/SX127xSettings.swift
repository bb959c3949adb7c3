import LoRaWAN

/// Register values for a frame, a window and a carrier, as data: no bus in here.
enum SX127xSettings {
    /// What is the same for every operation: LNA at full gain with boost, LoRaWAN's public sync word, preamble of 8.
    static let common: [SX127xSetting] = [
        .init(.lowNoiseAmplifier, 0x23), .init(.syncWord, 0x34), .init(.preambleHigh, 0), .init(.preambleLow, 8),
        .init(.hopPeriod, 0),
    ]

    /// Uplink: CRC on, IQ normal (RP002: "uplink: CRC on"), FIFO from 0, DIO0 = TxDone.
    static func transmit(_ transmission: Transmission, output: SX127x.PowerOutput) -> [SX127xSetting] {
        let modulation = transmission.modulation
        return carrier(transmission.frequency) + power(transmission.power, output: output) + modem(modulation)
            + highBandwidth(modulation, frequency: transmission.frequency)
            + [
                .init(.modem2, UInt8(modulation.spreadingFactor) << 4 | 0x04),
                .init(.detectOptimize, 0xC3), .init(.invertIQ, 0x27), .init(.invertIQ2, 0x1D),
                .init(.payloadLength, UInt8(clamping: transmission.payload.count)),
                .init(.transmitBase, 0), .init(.fifoPointer, 0),
                .init(.flagMask, ~SX127xFlag.transmitDone), .init(.mapping1, 0x40),
            ]
    }

    /// Downlink: CRC off, IQ inverted, DIO0 = RxDone, DIO1 = RxTimeout.
    static func receive(_ window: ReceiveWindow, symbols: Int) -> [SX127xSetting] {
        receive(frequency: window.frequency, modulation: window.modulation, symbols: symbols)
    }

    /// - Parameter symbols: of the time-out, 4 to 1023; of no meaning where reception is continuous.
    /// - Parameter invertedIQ: what gateways send; devices send with normal IQ.
    static func receive(
        frequency: Int, modulation: Modulation, symbols: Int = 1023, invertedIQ: Bool = true
    ) -> [SX127xSetting] {
        carrier(frequency) + modem(modulation)
            + highBandwidth(modulation, frequency: frequency) + spuriousReception(modulation)
            + [
                .init(.modem2, UInt8(modulation.spreadingFactor) << 4 | UInt8(symbols >> 8 & 3)),
                .init(.symbolTimeout, UInt8(symbols & 0xFF)), .init(.invertIQ, invertedIQ ? 0x67 : 0x27),
                .init(.invertIQ2, invertedIQ ? 0x19 : 0x1D),
                .init(.flagMask, ~(SX127xFlag.receiveTimeout | SX127xFlag.receiveDone | SX127xFlag.crcError)),
                .init(.mapping1, 0x00), .init(.receiveBase, 0), .init(.fifoPointer, 0),
            ]
    }

    /// Channel activity detection, DIO0 = CadDone.
    static func detect(frequency: Int, modulation: Modulation) -> [SX127xSetting] {
        receive(frequency: frequency, modulation: modulation)
            + [.init(.flagMask, ~(SX127xFlag.detectDone | SX127xFlag.detected)), .init(.mapping1, 0x80)]
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
    static func power(_ power: Int, output: SX127x.PowerOutput) -> [SX127xSetting] {
        let level = max(output.range.lowerBound, min(power, output.range.upperBound))
        let (amplifier, dac, protection): (Int, UInt8, UInt8) =
            switch output {
            case .boost where level > 17: (0xC0 + level - 5, 0x87, 0x31)
            case .boost: (0xC0 + level - 2, 0x84, 0x2B)
            case .rfo where level > 0: (0x70 | level, 0x84, 0x2B)
            case .rfo: (level + 4, 0x84, 0x2B)
            }
        return [
            .init(.amplifier, UInt8(amplifier)), .init(.amplifierDAC, dac), .init(.overCurrent, protection),
        ]
    }

    /// Coding rate 4/5, explicit header, AGC on, low-data-rate optimisation where symbols last 16 ms or longer.
    private static func modem(_ modulation: Modulation) -> [SX127xSetting] {
        let bandwidth: UInt8 =
            switch modulation.bandwidth {
            case .khz125: 0x70
            case .khz250: 0x80
            case .khz500: 0x90
            }
        return [
            .init(.modem1, bandwidth | 0x02),
            .init(.modem3, AirTime.isOptimised(modulation) ? 0x0C : 0x04),
            .init(.detectThreshold, 0x0A),
        ]
    }

    /// Errata 2.1: sensitivity at 500 kHz.
    private static func highBandwidth(_ modulation: Modulation, frequency: Int) -> [SX127xSetting] {
        guard modulation.bandwidth == .khz500 else { return [.init(.highBandwidth1, 0x03)] }
        return [.init(.highBandwidth1, 0x02), .init(.highBandwidth2, frequency < 525_000_000 ? 0x7F : 0x64)]
    }

    /// Errata 2.3: reception of a spurious signal below 500 kHz.
    private static func spuriousReception(_ modulation: Modulation) -> [SX127xSetting] {
        guard modulation.bandwidth != .khz500 else { return [.init(.detectOptimize, 0xC3)] }
        return [.init(.detectOptimize, 0x43), .init(.offsetFrequency1, 0x40), .init(.offsetFrequency2, 0x00)]
    }

    /// dBm on the channel at present (datasheet 5.5.5).
    static func channelStrength(raw: UInt8, frequency: Int) -> Int {
        (frequency < 525_000_000 ? -164 : -157) + Int(raw)
    }

    /// dBm of a received packet (datasheet 5.5.5): below the noise the strength is that of signal and noise together.
    static func signalStrength(raw: UInt8, snrQuarters: Int, frequency: Int) -> Int {
        let offset = frequency < 525_000_000 ? -164 : -157
        return offset + Int(raw) + Int(raw >> 4) + min(snrQuarters, 0) / 4
    }
}
